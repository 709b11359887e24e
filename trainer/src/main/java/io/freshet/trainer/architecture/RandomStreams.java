package io.freshet.trainer.architecture;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/**
 * Hands out seeds for stateless random operations, all split from one seed that a step is fed, so that a step depends
 * on nothing but its inputs: a training that goes on after a kill repeats to the bit.
 */
final class RandomStreams {

    private final Operand<TInt64> seed;
    private long next;

    /** @param seed {@code [2] int64}: the run's seed and the step */
    RandomStreams(Operand<TInt64> seed) {
        this.seed = seed;
    }

    /** A seed that no other call gets. */
    Operand<TInt64> next(Ops tf) {
        return split(tf, seed, ++next);
    }

    /** The run's seed lies in the low 32 bits of the first word, so streams are set apart in the high ones. */
    static Operand<TInt64> split(Ops tf, Operand<TInt64> seed, long stream) {
        return tf.math.add(seed, tf.constant(new long[] {stream << 32, 0}));
    }
}
