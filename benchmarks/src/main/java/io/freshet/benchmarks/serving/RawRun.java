package io.freshet.benchmarks.serving;

import io.freshet.engine.Classifier;
import io.freshet.engine.NativeTensorFlow;
import java.time.Duration;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TUint8;

/**
 * What TensorFlow does without Freshet: threads that run one session in a loop, each on an input tensor of its own into
 * which it writes a batch, and read both outputs. Operations run on the callers' threads, as they do in serving.
 *
 * <p>Arguments: architecture, side, folder of the SavedModel, threads, batch size, seconds.
 */
final class RawRun {

    private final BenchmarkModel model;
    private final Session session;
    private final String input;
    private final String probabilities;
    private final String embedding;
    private final int batch;

    private RawRun(BenchmarkModel model, SavedModelBundle bundle, int batch) {
        SignatureDef signature = bundle.metaGraphDef().getSignatureDefOrThrow(Classifier.SIGNATURE);
        this.model = model;
        this.session = bundle.session();
        this.input = signature.getInputsOrThrow("images").getName();
        this.probabilities = signature.getOutputsOrThrow("probabilities").getName();
        this.embedding = signature.getOutputsOrThrow("embedding").getName();
        this.batch = batch;
    }

    public static void main(String[] args) throws InterruptedException {
        NativeTensorFlow.ensureLoaded();
        BenchmarkModel model = new BenchmarkModel(args[0], Integer.parseInt(args[1]));
        int threads = Integer.parseInt(args[3]);
        ConfigProto config = ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(1)
                .setInterOpParallelismThreads(-1)
                .build();
        try (SavedModelBundle bundle =
                SavedModelBundle.loader(args[2]).withConfigProto(config).load()) {
            RawRun run = new RawRun(model, bundle, Integer.parseInt(args[4]));
            Figures perBatch = ClosedLoop.run(threads, Duration.ofSeconds(Integer.parseInt(args[5])), run::caller);
            System.out.println(perBatch.times(run.batch).toLine());
        }
    }

    private ClosedLoop.Caller caller(int thread) {
        byte[] images = new byte[batch * model.shape().size()];
        for (int i = 0; i < batch; i++) {
            System.arraycopy(
                    model.image(thread * batch + i),
                    0,
                    images,
                    i * model.shape().size(),
                    model.shape().size());
        }
        TUint8 tensor = Tensor.of(TUint8.class, Shape.of(batch, model.side(), model.side(), 3));
        float[] scores = new float[batch * BenchmarkModel.CLASSES];
        float[] embeddings = new float[batch * model.embeddingSize()];
        return () -> {
            tensor.asRawTensor().data().write(images);
            try (Result result = session.runner()
                    .feed(input, tensor)
                    .fetch(probabilities)
                    .fetch(embedding)
                    .run()) {
                result.get(0).asRawTensor().data().asFloats().read(scores);
                result.get(1).asRawTensor().data().asFloats().read(embeddings);
            }
            return true;
        };
    }
}
