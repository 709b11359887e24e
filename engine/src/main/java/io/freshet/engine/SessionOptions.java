package io.freshet.engine;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/**
 * How a model's TensorFlow session uses the machine.
 *
 * @param threads threads inside one operation (intra-op); 0 takes one a core. With any other number,
 *     operations run on the threads of the session's callers
 * @param shared whether the session takes its threads from the pool that all shared sessions of the process use. A
 *     session in service has its own, or a training step on the shared pool would stand in the way of each prediction.
 *     The threads inside an operation are each session's own only where the process has
 *     {@code TF_OVERRIDE_GLOBAL_THREADPOOL=true} in its environment; else the first session makes them for all.
 * @param mixedPrecision whether TensorFlow may run what gains by it in 16 bits: bfloat16 on CPUs that have it, half
 *     precision on GPUs (its auto mixed precision). Answers then differ in the third digit, so a model is to be judged
 *     as it will serve
 */
public record SessionOptions(int threads, boolean shared, boolean mixedPrecision) {

    // Field numbers of tensorflow/core/protobuf/config.proto, which may only grow.
    private static final int INTRA_OP_PARALLELISM_THREADS = 2;
    private static final int INTER_OP_PARALLELISM_THREADS = 5;
    private static final int GPU_OPTIONS = 6;
    private static final int ALLOW_GROWTH = 4; // of GPU options
    private static final int ALLOW_SOFT_PLACEMENT = 7;
    private static final int GRAPH_OPTIONS = 10;
    private static final int REWRITE_OPTIONS = 10; // of graph options; the next three of rewriter_config.proto
    private static final int AUTO_MIXED_PRECISION = 23;
    private static final int AUTO_MIXED_PRECISION_ONEDNN_BFLOAT16 = 31;
    private static final int ON = 1;
    private static final int USE_PER_SESSION_THREADS = 9;

    public SessionOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads must not be negative: " + threads);
        }
    }

    /** All cores, on the pool of the process: for training and labelling. */
    public static SessionOptions forTraining() {
        return new SessionOptions(0, true, false);
    }

    /** A pool of its own. */
    public static SessionOptions forServing(int threads) {
        return new SessionOptions(threads, false, false);
    }

    /** The same, with mixed precision or without. */
    public SessionOptions withMixedPrecision(boolean mixed) {
        return new SessionOptions(threads, shared, mixed);
    }

    /** The {@code ConfigProto}, in the form in which DJL's TensorFlow engine takes it as a model option. */
    String toConfigProto() {
        byte[] config = message(out -> {
            if (threads > 0) {
                out.writeInt32(INTRA_OP_PARALLELISM_THREADS, threads);
                // On the caller's thread. A session with threads of its own would take those instead.
                out.writeInt32(INTER_OP_PARALLELISM_THREADS, -1);
            } else if (!shared) {
                out.writeBool(USE_PER_SESSION_THREADS, true);
            }
            // Or the first session takes a GPU's whole memory, and no other process gets any.
            out.writeByteArray(GPU_OPTIONS, message(gpu -> gpu.writeBool(ALLOW_GROWTH, true)));
            // A network may have been trained on more GPUs than there are here.
            out.writeBool(ALLOW_SOFT_PLACEMENT, true);
            if (mixedPrecision) {
                byte[] rewrites = message(rewrite -> {
                    rewrite.writeEnum(AUTO_MIXED_PRECISION, ON);
                    rewrite.writeEnum(AUTO_MIXED_PRECISION_ONEDNN_BFLOAT16, ON);
                });
                out.writeByteArray(GRAPH_OPTIONS, message(graph -> graph.writeByteArray(REWRITE_OPTIONS, rewrites)));
            }
        });
        return Base64.getEncoder().encodeToString(config);
    }

    @FunctionalInterface
    private interface Fields {

        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a ByteArrayOutputStream does not throw
        }
        return bytes.toByteArray();
    }
}
