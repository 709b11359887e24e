/** Where one call of training gets its images from, and the picture of what came of it. */
@NullMarked
package io.freshet.standalone.training;

import org.jspecify.annotations.NullMarked;
