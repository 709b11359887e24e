package io.freshet.benchmarks.learning;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A data set dealt out by a seed. No image plays two parts.
 *
 * @param labeled to learn from, as they are
 * @param validation finds how severe a corruption has to be
 * @param traffic is corrupted and learned from without its labels
 * @param test is judged, as it is and corrupted
 */
record Parts(
        List<String> classes,
        ImageShape shape,
        LabeledImages labeled,
        LabeledImages validation,
        LabeledImages traffic,
        LabeledImages test) {

    private static final int VALIDATION = 2_000;

    static Parts deal(LabeledSet set, int labels, int unlabeled, int judged, long seed) {
        List<Integer> order = LearningSet.order(set.training(), seed);
        List<Integer> tests = IntStream.range(0, set.anchor().size()).boxed().toList();
        return new Parts(
                set.classes(),
                set.shape(),
                LearningSet.pick(set.training(), order, 0, labels),
                LearningSet.pick(set.training(), order, labels, VALIDATION),
                LearningSet.pick(set.training(), order, labels + VALIDATION, unlabeled),
                LearningSet.pick(set.anchor(), tests, 0, judged));
    }

    /** What a round would learn from, with that traffic; the labels of the traffic are not looked at. */
    Material material(LabeledImages seen) {
        return new Material(new LabeledSet(classes, shape, labeled, test), labeled, seen.images(), "", 0);
    }

    Picture picture(byte[] image) {
        return Picture.of(image, shape.height(), shape.width(), shape.channels());
    }

    /** An image as ingest has it. */
    PixelImage pixels(byte[] image) {
        return shape.channels() == 1
                ? PixelImage.ofGray(shape.width(), shape.height(), image)
                : new PixelImage(shape.width(), shape.height(), image);
    }

    /** The same with other test images. */
    Parts judging(LabeledImages others) {
        return new Parts(classes, shape, labeled, validation, traffic, others);
    }

    /** Images as a worn camera sees them. */
    LabeledImages corrupted(LabeledImages images, Corruption corruption, double severity, long seed) {
        LabeledImages seen = new LabeledImages(shape.size());
        for (int i = 0; i < images.size(); i++) {
            Picture scene = picture(images.images().get(i));
            SplittableRandom random = new SplittableRandom(seed << 32 | i);
            seen.add(images.id(i), corruption.apply(scene, severity, random).toBytes(), images.label(i));
        }
        return seen;
    }
}
