/**
 * Runs SavedModels by their signatures through DJL's TensorFlow engine: the one place where the trainer's steps, the
 * teacher's labels and the predictions in service meet the native library.
 */
@NullMarked
package io.freshet.engine;

import org.jspecify.annotations.NullMarked;
