/** Judges models on images that none of them was trained on. */
@NullMarked
package io.freshet.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
