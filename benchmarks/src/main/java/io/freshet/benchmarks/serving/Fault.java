package io.freshet.benchmarks.serving;

import io.freshet.engine.Classifier;
import io.freshet.engine.NativeTensorFlow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** What can be wrong with a version that loads, warms up, and shows its fault only under traffic. */
enum Fault {

    /** It answers bright images with numbers that are no probabilities. */
    FAILS {
        @Override
        Operand<TFloat32> on(Ops tf, Operand<TFloat32> probabilities, Operand<TUint8> images) {
            Operand<TFloat32> brightness = tf.math.mean(tf.dtypes.cast(images, TFloat32.class), tf.constant(PIXELS));
            Operand<TFloat32> darkness = tf.nn.relu(tf.math.sub(tf.constant((float) BenchmarkModel.DARK), brightness));
            Operand<TFloat32> zeroOrNaN = tf.math.div(tf.math.mul(darkness, tf.constant(0f)), darkness);
            return tf.math.add(probabilities, tf.expandDims(zeroOrNaN, tf.constant(-1)));
        }
    },

    /** It multiplies large matrices before each answer. */
    SLOW {
        @Override
        Operand<TFloat32> on(Ops tf, Operand<TFloat32> probabilities, Operand<TUint8> images) {
            // It hangs on the input, or TensorFlow would multiply once and for all.
            Operand<TFloat32> brightness =
                    tf.math.mean(tf.dtypes.cast(images, TFloat32.class), tf.constant(new int[] {0, 1, 2, 3}));
            Operand<TFloat32> small = tf.math.mul(brightness, tf.constant(1e-6f));
            Operand<TFloat32> product = tf.fill(tf.constant(new int[] {MATRIX, MATRIX}), small);
            for (int i = 0; i < PRODUCTS; i++) {
                product = tf.linalg.matMul(product, product);
            }
            Operand<TFloat32> positive = tf.math.mean(product, tf.constant(new int[] {0, 1}));
            return tf.math.add(probabilities, tf.nn.relu(tf.math.neg(positive)));
        }
    },

    /** It gives every image the same class, and is sure of it. */
    COLLAPSED {
        @Override
        Operand<TFloat32> on(Ops tf, Operand<TFloat32> probabilities, Operand<TUint8> images) {
            Operand<TFloat32> first = tf.concat(
                    List.of(tf.constant(new float[] {20}), tf.zeros(tf.constant(new int[] {9}), TFloat32.class)),
                    tf.constant(0));
            return tf.nn.softmax(tf.math.add(probabilities, first));
        }
    };

    private static final int[] PIXELS = {1, 2, 3};
    private static final int MATRIX = 1024;
    private static final int PRODUCTS = 3;

    private static final String IMAGES = "images";
    private static final String PROBABILITIES = "probabilities";
    private static final String EMBEDDING = "embedding";

    /** The probabilities with the fault in them, {@code [batch, classes]}. */
    abstract Operand<TFloat32> on(Ops tf, Operand<TFloat32> probabilities, Operand<TUint8> images);

    /** Writes a model with this fault into a folder, from one that {@link BenchmarkModel#write} has written. */
    void write(BenchmarkModel model, Path sound, Path folder) throws IOException {
        NativeTensorFlow.ensureLoaded();
        try (SavedModelBundle bundle = SavedModelBundle.load(sound.toString())) {
            SignatureDef signature = bundle.metaGraphDef().getSignatureDefOrThrow(Classifier.SIGNATURE);
            Operand<TUint8> images =
                    operand(bundle.graph(), signature.getInputsOrThrow(IMAGES).getName());
            Operand<TFloat32> probabilities = operand(
                    bundle.graph(), signature.getOutputsOrThrow(PROBABILITIES).getName());
            Operand<TFloat32> embedding = operand(
                    bundle.graph(), signature.getOutputsOrThrow(EMBEDDING).getName());
            Signature faulty = Signature.builder()
                    .key(Classifier.SIGNATURE)
                    .input(IMAGES, images)
                    .output(PROBABILITIES, on(Ops.create(bundle.graph()).withSubScope("fault"), probabilities, images))
                    .output(EMBEDDING, embedding)
                    .methodName(signature.getMethodName())
                    .build();
            SavedModelBundle.exporter(folder.toString())
                    .withFunction(SessionFunction.create(faulty, bundle.session()))
                    .export();
        }
        model.writeWarmup(folder);
    }

    /** @param name as in {@code operation:0} */
    private static <T extends TType> Operand<T> operand(Graph graph, String name) {
        int colon = name.lastIndexOf(':');
        GraphOperation operation = graph.operation(name.substring(0, colon));
        return operation.output(Integer.parseInt(name.substring(colon + 1)));
    }
}
