package io.freshet.trainer.round;

import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.engine.SavedModel;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.WarmupRequest;
import io.freshet.protocol.bundle.WarmupRequests;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/** Labeled images that a bundle carries, with what its own files answer for them: serving warms and checks it on these. */
final class GoldenRequests {

    private static final int FEWEST = 32;
    private static final int MOST = 256;

    /** An image, where it lies. */
    private record Place(ImagePool pool, int index) {

        byte[] image() {
            return pool.get(index);
        }
    }

    private GoldenRequests() {}

    /**
     * Writes them into a bundle's folder, whose SavedModel is complete.
     *
     * @param sessions how the model will serve
     */
    static void write(Path bundle, SessionOptions sessions, String model, LabeledSet labeledSet) throws IOException {
        int count = Math.clamp(labeledSet.classes().size(), FEWEST, MOST);
        try (SavedModel savedModel = SavedModel.load(bundle, sessions)) {
            List<WarmupRequest> requests = ask(new Classifier(savedModel), choose(labeledSet, count));
            WarmupRequests.write(bundle, model, labeledSet.shape(), requests);
        }
    }

    private static List<WarmupRequest> ask(Classifier classifier, List<byte[]> images) {
        ByteBuffer batch = ByteBuffer.allocateDirect(images.size() * classifier.imageSize());
        images.forEach(batch::put);
        Classifications said = classifier.classify(batch.flip(), images.size());
        return IntStream.range(0, images.size())
                .mapToObj(i -> WarmupRequest.golden(images.get(i), said.probabilities(i)))
                .toList();
    }

    /** Of each class in turn, as far as there are images of it: those of the anchor, then those to learn from. */
    static List<byte[]> choose(LabeledSet labeledSet, int count) {
        List<Deque<Place>> ofClasses = IntStream.range(0, labeledSet.classes().size())
                .<Deque<Place>>mapToObj(label -> new ArrayDeque<>())
                .toList();
        for (LabeledImages images : List.of(labeledSet.anchor(), labeledSet.training())) {
            for (int i = 0; i < images.size(); i++) {
                ofClasses.get(images.label(i)).add(new Place(images.images(), i));
            }
        }
        List<byte[]> chosen = new ArrayList<>();
        int left = labeledSet.anchor().size() + labeledSet.training().size();
        for (int turn = 0; chosen.size() < Math.min(count, left); turn++) {
            Place next = ofClasses.get(turn % ofClasses.size()).poll();
            if (next != null) {
                chosen.add(next.image());
            }
        }
        return chosen;
    }
}
