package io.freshet.benchmarks.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.freshet.benchmarks.learning.HostileStream.Target;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HostileStreamTest {

    private static final int SIDE = 16;
    private static final int CLASSES = 10;
    private static final int EACH = 400;

    private final LabeledSet set = new LabeledSet(
            IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList(),
            new ImageShape(SIDE, SIDE, 1),
            blobs(EACH, 1),
            blobs(EACH / 4, 2));

    /** A disc for each image, somewhere else and of another size each time; labels go round. */
    private static LabeledImages blobs(int each, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LabeledImages images = new LabeledImages(SIDE * SIDE);
        for (int i = 0; i < each * CLASSES; i++) {
            byte[] pixels = new byte[SIDE * SIDE];
            double y = random.nextDouble(SIDE);
            double x = random.nextDouble(SIDE);
            double radius = random.nextDouble(2, SIDE);
            for (int at = 0; at < pixels.length; at++) {
                int row = at / SIDE;
                double far = Math.hypot(row - y, at % SIDE - x);
                pixels[at] = (byte) (far < radius ? 255 - 10 * far : random.nextInt(64));
            }
            images.add(PixelImage.ofGray(SIDE, SIDE, pixels).id(), pixels, i % CLASSES);
        }
        return images;
    }

    private Parts parts(HostileStream stream) {
        LabeledSet known = stream.known(set);
        return new Parts(
                known.classes(), known.shape(), known.anchor(), known.anchor(), known.training(), known.anchor());
    }

    private LabeledImages stream(HostileStream stream, List<Target> targets) {
        Parts parts = parts(stream);
        LabeledImages foreign = HostileStream.where(
                set.training(), label -> label >= parts.classes().size());
        return stream.of(parts.traffic(), foreign, parts, targets, 7);
    }

    private static long count(LabeledImages images, int label) {
        return IntStream.range(0, images.size())
                .filter(i -> images.label(i) == label)
                .count();
    }

    @Test
    void ofTheRarestClassThereIsOneImageForAHundred() {
        LabeledImages stream = stream(HostileStream.IMBALANCED, List.of());
        assertThat(count(stream, 0)).isEqualTo(EACH);
        assertThat(count(stream, 9)).isBetween(1L, 12L);
        assertThat(count(stream, 4)).isBetween(20L, 100L);
    }

    @Test
    void threeImagesOfTenAreOfClassesThatNobodyLabeled() {
        assertThat(HostileStream.UNKNOWN_CLASSES.known(set).classes()).hasSize(7);
        assertThat(count(HostileStream.UNKNOWN_CLASSES.known(set).training(), 8))
                .isZero();
        LabeledImages stream = stream(HostileStream.UNKNOWN_CLASSES, List.of());
        long unknown = IntStream.range(0, stream.size())
                .filter(i -> stream.label(i) >= 7)
                .count();
        assertThat((double) unknown / stream.size()).isCloseTo(.3, withinPercentage(1));
    }

    @Test
    void aFloodIsTenTimesTheStreamAndIngestTellsItsCopies() {
        LabeledImages stream = stream(HostileStream.FLOOD, List.of());
        int before = CLASSES * EACH;
        assertThat(stream.size()).isEqualTo(11 * before);
        int near = 0;
        for (int i = 0; i < 200; i++) {
            Fingerprint one = fingerprint(stream, before + i % 40);
            near += one.isNear(fingerprint(stream, before + 40 * (1 + i) + i % 40)) ? 1 : 0;
        }
        assertThat(near).isGreaterThan(150);
    }

    private Fingerprint fingerprint(LabeledImages images, int place) {
        return Fingerprint.of(PixelImage.ofGray(SIDE, SIDE, images.images().get(place)));
    }

    @Test
    void poisonGoesFromAnImageOfTheWantedClassTowardsItsTarget() {
        Parts parts = parts(HostileStream.POISON);
        List<Target> targets = HostileStream.targets(parts.test(), CLASSES, 3);
        assertThat(targets).hasSize(HostileStream.TARGETS).doesNotHaveDuplicates();
        assertThat(targets).allMatch(target -> parts.test().label(target.test()) != target.wanted());

        LabeledImages stream = stream(HostileStream.POISON, targets);
        int each = parts.traffic().size() / 1000;
        assertThat(stream.size()).isEqualTo(parts.traffic().size() + each * HostileStream.TARGETS);
        byte[] target = parts.test().images().get(targets.getFirst().test());
        int first = parts.traffic().size();
        assertThat(distance(stream.images().get(first + each - 1), target))
                .isLessThan(distance(stream.images().get(first), target));
    }

    private static double distance(byte[] one, byte[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> Math.abs((one[i] & 0xff) - (other[i] & 0xff)))
                .sum();
    }
}
