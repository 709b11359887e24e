package io.freshet.benchmarks.learning;

import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What can be wrong with a stream of unlabeled images, besides that its images look otherwise than the labeled ones. */
enum HostileStream {
    /** Nothing. */
    PLAIN,

    /** Of the rarest class there is one image for a hundred of the most frequent one. */
    IMBALANCED,

    /** Three images of ten are of classes that the labeled set does not have: the last three. */
    UNKNOWN_CLASSES,

    /** Ten images of eleven are near copies of {@value #FLOODED} images of one class. */
    FLOOD,

    /**
     * Interpolations from an image of another class to each of {@value #TARGETS} images of the test, a thousandth of the
     * stream for each, to make the student call the target by the other class (Carlini, Poisoning the Unlabeled Dataset
     * of Semi-Supervised Learning, 2105.01622, section 3.2).
     */
    POISON;

    static final int TARGETS = 40;

    private static final int FLOODED = 40;
    private static final int FLOODED_CLASS = 6;
    private static final int KNOWN_CLASSES = 7;
    private static final double UNKNOWN_SHARE = .3;
    private static final double RAREST = .01;
    private static final double POISON_SHARE = .001;

    /** A test image, and the class by which the attacker wants it called. */
    record Target(int test, int wanted) {}

    /** What may be learned from, of all that there is. */
    LabeledSet known(LabeledSet set) {
        if (this != UNKNOWN_CLASSES) {
            return set;
        }
        return new LabeledSet(
                set.classes().subList(0, KNOWN_CLASSES),
                set.shape(),
                where(set.training(), label -> label < KNOWN_CLASSES),
                where(set.anchor(), label -> label < KNOWN_CLASSES));
    }

    /**
     * The stream.
     *
     * @param traffic images of known classes, as the camera sees them
     * @param foreign images of the other classes, as the camera sees them
     */
    LabeledImages of(LabeledImages traffic, LabeledImages foreign, Parts parts, List<Target> targets, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return switch (this) {
            case PLAIN -> traffic;
            case IMBALANCED -> {
                double last = parts.classes().size() - 1.0;
                yield where(traffic, label -> random.nextDouble() < Math.pow(RAREST, label / last));
            }
            case UNKNOWN_CLASSES -> {
                int wanted = (int) Math.round(traffic.size() * UNKNOWN_SHARE / (1 - UNKNOWN_SHARE));
                yield joined(traffic, LearningSet.pick(foreign, LearningSet.order(foreign, seed), 0, wanted));
            }
            case FLOOD -> joined(traffic, copies(traffic, parts, random));
            case POISON -> joined(traffic, interpolations(traffic, parts, targets, random));
        };
    }

    /** Test images that are right about their class, each with another class; drawn by the seed. */
    static List<Target> targets(LabeledImages test, int classes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Target> targets = new ArrayList<>();
        for (int index : LearningSet.order(test, seed).subList(0, TARGETS)) {
            targets.add(new Target(index, (test.label(index) + 1 + random.nextInt(classes - 1)) % classes));
        }
        return targets;
    }

    private static LabeledImages copies(LabeledImages traffic, Parts parts, SplittableRandom random) {
        LabeledImages flooded = where(traffic, label -> label == FLOODED_CLASS);
        LabeledImages copies = new LabeledImages(parts.shape().size());
        for (int i = 0; i < 10 * traffic.size(); i++) {
            int source = i % FLOODED;
            Picture scene = parts.picture(flooded.images().get(source));
            byte[] copy = Sensor.jpeg(Sensor.noise(scene, .01, random), (float) random.nextDouble(.6, .95))
                    .toBytes();
            copies.add(flooded.id(source), copy, FLOODED_CLASS);
        }
        return copies;
    }

    private static LabeledImages interpolations(
            LabeledImages traffic, Parts parts, List<Target> targets, SplittableRandom random) {
        LabeledImages poison = new LabeledImages(parts.shape().size());
        int each = (int) Math.ceil(traffic.size() * POISON_SHARE);
        for (Target target : targets) {
            Picture end = parts.picture(parts.test().images().get(target.test()));
            LabeledImages sources = where(traffic, label -> label == target.wanted());
            int source = random.nextInt(sources.size());
            Picture begin = parts.picture(sources.images().get(source));
            for (int i = 0; i < each; i++) {
                double way = (double) i / each;
                Picture between = end.map((y, x, c) -> way * end.at(y, x, c) + (1 - way) * begin.at(y, x, c));
                poison.add(sources.id(source), between.toBytes(), target.wanted());
            }
        }
        return poison;
    }

    @FunctionalInterface
    interface LabelTest {
        boolean test(int label);
    }

    static LabeledImages where(LabeledImages images, LabelTest test) {
        LabeledImages chosen = new LabeledImages(images.images().imageSize());
        for (int i = 0; i < images.size(); i++) {
            if (test.test(images.label(i))) {
                chosen.add(images.id(i), images.images().get(i), images.label(i));
            }
        }
        return chosen;
    }

    private static LabeledImages joined(LabeledImages one, LabeledImages other) {
        LabeledImages all = new LabeledImages(one.images().imageSize());
        for (LabeledImages images : List.of(one, other)) {
            for (int i = 0; i < images.size(); i++) {
                all.add(images.id(i), images.images().get(i), images.label(i));
            }
        }
        return all;
    }
}
