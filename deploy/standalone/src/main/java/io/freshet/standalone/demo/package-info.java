/** The demo: the whole loop on real images, in a few minutes, and what came of it. */
@NullMarked
package io.freshet.standalone.demo;

import org.jspecify.annotations.NullMarked;
