/**
 * Builds networks as trainable SavedModels with TensorFlow Java: the only package of the trainer that imports
 * {@code org.tensorflow}. What it writes to disk is stepped, by its signatures, by {@link io.freshet.trainer.model}.
 */
@NullMarked
package io.freshet.trainer.architecture;

import org.jspecify.annotations.NullMarked;
