package io.freshet.trainer.architecture;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** The ranges in which a graph has an image's pixels. */
final class Pixels {

    private Pixels() {}

    /** Bytes to 0 to 1, in which images are augmented. */
    static Operand<TFloat32> unit(Ops tf, Operand<TUint8> images) {
        return tf.math.div(tf.dtypes.cast(images, TFloat32.class), tf.constant(255f));
    }

    /** 0 to 1 to -1 to 1, which networks take. */
    static Operand<TFloat32> centred(Ops tf, Operand<TFloat32> images) {
        return tf.math.sub(tf.math.mul(images, tf.constant(2f)), tf.constant(1f));
    }
}
