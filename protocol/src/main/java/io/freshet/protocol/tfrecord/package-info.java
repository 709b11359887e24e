/** TensorFlow's files of records: how Freshet and any {@code tf.data} program hand images to one another. */
@NullMarked
package io.freshet.protocol.tfrecord;

import org.jspecify.annotations.NullMarked;
