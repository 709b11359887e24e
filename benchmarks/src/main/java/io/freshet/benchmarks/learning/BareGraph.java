package io.freshet.benchmarks.learning;

import io.freshet.trainer.model.Signatures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/** A trainable model's graph as TensorFlow runs it, fed the same tensors again and again: no pipeline, no DJL. */
final class BareGraph implements AutoCloseable {

    private static final float RATE = .05f;

    private final SavedModelBundle bundle;
    private final List<Tensor> tensors = new ArrayList<>();
    private final Map<String, Tensor> training = new HashMap<>();
    private final Tensor labelled;

    /** @param images shape of one, {@code [height, width, channels]} */
    BareGraph(Path folder, int[] images, int classes, int batch, int labelBatch) {
        this.bundle = SavedModelBundle.load(folder.toString(), "serve");
        training.put(Signatures.IMAGES, pixels(images, batch));
        training.put(Signatures.LABELS, owned(TFloat32.tensorOf(Shape.of(batch, classes), data -> {
            for (int i = 0; i < batch; i++) {
                data.setFloat(1, i, i % classes);
            }
        })));
        training.put(Signatures.WEIGHTS, owned(TFloat32.tensorOf(Shape.of(batch), data -> {
            for (int i = 0; i < batch; i++) {
                data.setFloat(1, i);
            }
        })));
        training.put(Signatures.LEARNING_RATE, owned(TFloat32.scalarOf(RATE)));
        training.put(Signatures.WEIGHT_DECAY, owned(TFloat32.scalarOf(5e-4f)));
        training.put(Signatures.AVERAGE_DECAY, owned(TFloat32.scalarOf(.99f)));
        training.put(Signatures.MAGNITUDE, owned(TFloat32.scalarOf(.3f)));
        training.put(Signatures.DROPOUT, owned(TFloat32.scalarOf(.1f)));
        training.put(Signatures.STOCHASTIC_DEPTH, owned(TFloat32.scalarOf(.05f)));
        training.put(Signatures.SEED, owned(TInt64.vectorOf(1, 1)));
        this.labelled = pixels(images, labelBatch);
    }

    private Tensor pixels(int[] shape, int batch) {
        byte[] bytes = new byte[batch * shape[0] * shape[1] * shape[2]];
        new SplittableRandom(batch).nextBytes(bytes);
        return owned(TUint8.tensorOf(Shape.of(batch, shape[0], shape[1], shape[2]), DataBuffers.of(bytes)));
    }

    private <T extends Tensor> T owned(T tensor) {
        tensors.add(tensor);
        return tensor;
    }

    /** One step of training. */
    void step() {
        SignatureDef signature = bundle.metaGraphDef().getSignatureDefOrThrow(Signatures.TRAIN);
        Session.Runner runner = bundle.session().runner();
        training.forEach(
                (name, tensor) -> runner.feed(signature.getInputsOrThrow(name).getName(), tensor));
        run(runner.fetch(signature.getOutputsOrThrow(Signatures.LOSS).getName()));
    }

    /** One batch of labelling. */
    void label() {
        SignatureDef signature = bundle.metaGraphDef().getSignatureDefOrThrow(Signatures.PREDICT);
        run(bundle.session()
                .runner()
                .feed(signature.getInputsOrThrow(Signatures.IMAGES).getName(), labelled)
                .fetch(signature.getOutputsOrThrow(Signatures.PROBABILITIES).getName())
                .fetch(signature.getOutputsOrThrow(Signatures.EMBEDDING).getName()));
    }

    private static void run(Session.Runner runner) {
        try (Result result = runner.run()) {
            if (result.size() == 0) {
                throw new IllegalStateException("TensorFlow gave nothing");
            }
        }
    }

    @Override
    public void close() {
        tensors.forEach(Tensor::close);
        bundle.close();
    }
}
