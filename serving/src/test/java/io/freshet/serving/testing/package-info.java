/** What the tests of several packages share: tiny models, images, and a running service. */
@NullMarked
package io.freshet.serving.testing;

import org.jspecify.annotations.NullMarked;
