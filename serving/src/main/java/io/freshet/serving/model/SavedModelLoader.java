package io.freshet.serving.model;

import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.engine.ModelLoadException;
import io.freshet.engine.SavedModel;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.GoldenAnswers;
import io.freshet.protocol.bundle.GoldenTolerance;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.WarmupRequest;
import io.freshet.protocol.bundle.WarmupRequests;
import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.batch.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loads SavedModels through the engine, and warms them with their own warm-up requests at the batch sizes that traffic
 * will bring: TensorFlow prepares a graph, and its kernels their memory, on the first run of each. Then the network must
 * answer these requests as it did where it was made, if they say how; it runs in the precision in which it was judged.
 */
public final class SavedModelLoader implements NetworkLoader {

    private final SessionOptions options;
    private final int maxBatch;
    private final GoldenTolerance tolerance;
    private final double warmupShare;

    /**
     * @param maxBatch images in the largest batch that the network will see
     * @param tolerance of answers that differ from those of the place where the network was made
     * @param warmupShare of a core that the warm-up takes, above 0 and at most 1
     */
    public SavedModelLoader(SessionOptions options, int maxBatch, GoldenTolerance tolerance, double warmupShare) {
        this.options = options;
        this.maxBatch = maxBatch;
        this.tolerance = tolerance;
        this.warmupShare = warmupShare;
    }

    @Override
    public Result load(ModelBundle bundle) {
        SavedModel model;
        try {
            model = SavedModel.load(
                    bundle.folder(),
                    options.withMixedPrecision(bundle.descriptor().mixedPrecision()));
        } catch (ModelLoadException e) {
            return new Result.Refused(String.valueOf(e.getMessage()));
        }
        Optional<String> fault = Optional.of("It did not come through its warm-up");
        try {
            LoadedNetwork network = new LoadedNetwork(model, new Classifier(model));
            fault = mismatch(bundle.descriptor(), network.classifier())
                    .or(() -> warm(new Paced(network, warmupShare), bundle));
            return fault.<Result>map(Result.Refused::new).orElseGet(() -> new Result.Warmed(network));
        } catch (IllegalArgumentException e) {
            return new Result.Refused(String.valueOf(e.getMessage())); // no serving_default as Freshet needs it
        } finally {
            if (fault.isPresent()) {
                model.close();
            }
        }
    }

    /** What the network and its descriptor do not agree on. */
    private static Optional<String> mismatch(ModelDescriptor descriptor, Classifier classifier) {
        ImageShape shape = new ImageShape(classifier.height(), classifier.width(), classifier.channels());
        if (!shape.equals(descriptor.input())) {
            return Optional.of("The network takes images of " + shape + ", model.json says " + descriptor.input());
        }
        if (classifier.classes() != descriptor.classes().size()) {
            return Optional.of("The network tells " + classifier.classes() + " classes apart, model.json names "
                    + descriptor.classes().size());
        }
        if (classifier.embeddingSize() != descriptor.embeddingSize()) {
            return Optional.of("The network's embedding has " + classifier.embeddingSize()
                    + " numbers, model.json says " + descriptor.embeddingSize());
        }
        return Optional.empty();
    }

    /** Has the network answer the bundle's own requests; returns what is wrong with an answer. */
    private Optional<String> warm(Network network, ModelBundle bundle) {
        int imageSize = bundle.descriptor().input().size();
        List<WarmupRequest> requests;
        try {
            requests = WarmupRequests.read(bundle.folder());
        } catch (IOException e) {
            return Optional.of("The warm-up requests cannot be read: " + e.getMessage());
        }
        if (requests.stream().anyMatch(request -> request.image().length != imageSize)) {
            return Optional.of(
                    "A warm-up request is no image of " + bundle.descriptor().input());
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(maxBatch * imageSize);
        List<byte[]> images = requests.isEmpty()
                ? List.of(new byte[imageSize])
                : requests.stream().map(WarmupRequest::image).toList();
        return warm(network, images, buffer).or(() -> golden(network, requests, buffer));
    }

    /** Runs each batch size. */
    private Optional<String> warm(Network network, List<byte[]> images, ByteBuffer buffer) {
        for (int size : sizes(maxBatch)) {
            buffer.clear();
            for (int i = 0; i < size; i++) {
                buffer.put(images.get(i % images.size()));
            }
            if (!network.classify(buffer.flip(), size).stream().allMatch(ImageScores::isSound)) {
                return Optional.of("It answers warm-up requests with numbers that are no probabilities");
            }
        }
        return Optional.empty();
    }

    private Optional<String> golden(Network network, List<WarmupRequest> requests, ByteBuffer buffer) {
        List<WarmupRequest> golden = requests.stream()
                .filter(request -> request.probabilities().isPresent())
                .toList();
        List<float[]> answers = new ArrayList<>(golden.size());
        for (int from = 0; from < golden.size(); from += maxBatch) {
            List<WarmupRequest> batch = golden.subList(from, Math.min(golden.size(), from + maxBatch));
            buffer.clear();
            batch.forEach(request -> buffer.put(request.image()));
            network.classify(buffer.flip(), batch.size()).forEach(scores -> answers.add(scores.probabilities()));
        }
        List<float[]> expected = golden.stream()
                .map(request -> request.probabilities().orElseThrow())
                .toList();
        return GoldenAnswers.compare(expected, answers).fault(tolerance);
    }

    /** 1, 2, 4 and so on, and the largest. */
    static List<Integer> sizes(int maxBatch) {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; size < maxBatch; size *= 2) {
            sizes.add(size);
        }
        sizes.add(maxBatch);
        return sizes;
    }

    /** Owns the model. */
    private record LoadedNetwork(SavedModel model, Classifier classifier) implements Network {

        @Override
        public List<ImageScores> classify(ByteBuffer images, int count) {
            Classifications batch = classifier.classify(images, count);
            List<ImageScores> scores = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                scores.add(new ImageScores(batch.probabilities(i), batch.embedding(i)));
            }
            return scores;
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
