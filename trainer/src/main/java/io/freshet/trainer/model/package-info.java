/** Steps trainable SavedModels by their signatures, wherever they come from. */
@NullMarked
package io.freshet.trainer.model;

import org.jspecify.annotations.NullMarked;
