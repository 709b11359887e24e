/** Each image served goes, with its prediction, to {@code freshet.traffic}: where the way of an image begins. */
@NullMarked
package io.freshet.serving.capture;

import org.jspecify.annotations.NullMarked;
