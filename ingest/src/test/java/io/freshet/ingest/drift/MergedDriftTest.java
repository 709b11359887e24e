package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/** What partitions have seen apart is judged as if one had seen it all. */
class MergedDriftTest {

    private static final int PARTITIONS = 8;
    private static final int EMBEDDING = 16;
    private static final ModelVersion MODEL = new ModelVersion("m", 1);

    private final SplittableRandom random = new SplittableRandom(11);

    @Test
    void mergedSketchesGiveTheVerdictOfOneOverAllData() {
        DriftConfig config = DriftConfig.defaults();
        for (double shift : new double[] {0, .2, .6}) {
            List<Prediction> reference = observations(config.reference(), 0);
            List<Prediction> window = observations(config.window(), shift);

            Comparison merged = compare(config, merged(reference), merged(window));
            assertThat(merged)
                    .isEqualTo(compare(config, ObservationSketch.of(reference), ObservationSketch.of(window)));
        }
    }

    @Test
    void ofWindowsThatASketchDoesNotHoldTheDistanceIsWithinTheStatedError() {
        DriftConfig config = new DriftConfig(20_000, 10_000, .001, 2, Duration.ofHours(1), 1, 1);
        List<Prediction> reference = observations(config.reference(), 0);
        List<Prediction> window = observations(config.window(), .3);
        ObservationSketch mergedReference = merged(reference);
        ObservationSketch mergedWindow = merged(window);

        Comparison merged = compare(config, mergedReference, mergedWindow);
        double error = mergedReference.confidence().rankError()
                + mergedWindow.confidence().rankError();
        assertThat(error).isPositive().isLessThan(.005);
        for (int i = 0; i < EMBEDDING; i++) {
            double exact = distance(reference, window, i);
            assertThat(Math.abs(merged.embedding().get(i).distance() - exact)).isLessThanOrEqualTo(error + 1e-9);
        }
        assertThat(merged.isDrifting()).isTrue();
        assertThat(compare(config, mergedReference, merged(observations(config.window(), 0)))
                        .isDrifting())
                .isFalse();
    }

    @Test
    void unchangedTrafficOfAllPartitionsRaisesNoAlarmOverTwoHundredWindows() {
        DriftConfig config = DriftConfig.defaults();
        DriftDetector detector = new DriftDetector(config);
        ObservationSketch reference = merged(observations(config.reference(), 0));
        Watch watch = Watch.begin(EMBEDDING, Instant.EPOCH)
                .observed(config, config.reference(), Instant.EPOCH, Instant.EPOCH);
        for (int i = 0; i < 200; i++) {
            Watch full = watch.observed(config, config.window(), Instant.EPOCH, Instant.EPOCH);
            DriftDetector.Judgement judgement =
                    detector.judge(full, reference, merged(observations(config.window(), 0)), Instant.EPOCH);
            assertThat(judgement.alarm()).isFalse();
            watch = judgement.watch();
        }
    }

    @Test
    void classesThatStrangersMakeUpTakeBoundedRoom() {
        ObservationSketch sketch = ObservationSketch.of(observations(1, 0));
        for (int i = 0; i < 3 * ObservationSketch.MAX_CLASSES; i++) {
            sketch.add(new Prediction(MODEL, "class " + i, .5f, List.copyOf(embedding(0))));
        }
        assertThat(sketch.classes()).hasSize(ObservationSketch.MAX_CLASSES + 1);
        assertThat(sketch.classes().values().stream().mapToLong(n -> n).sum()).isEqualTo(sketch.count());
    }

    @Test
    void whatIsNoSketchIsNotMisread() {
        try (var serde = ObservationSketchSerde.create()) {
            byte[] stored = serde.serializer().serialize("t", ObservationSketch.of(observations(3, 0)));
            byte[] later = stored.clone();
            later[0] = 2;
            byte[] cut = Arrays.copyOf(stored, stored.length - 3);
            for (byte[] wrong : List.of(later, cut)) {
                assertThatExceptionOfType(SerializationException.class)
                        .isThrownBy(() -> serde.deserializer().deserialize("t", wrong));
            }
        }
    }

    private static Comparison compare(DriftConfig config, ObservationSketch reference, ObservationSketch window) {
        Watch watch = Watch.begin(EMBEDDING, Instant.EPOCH)
                .observed(config, (int) reference.count(), Instant.EPOCH, Instant.EPOCH)
                .observed(config, (int) window.count(), Instant.EPOCH, Instant.EPOCH);
        return new DriftDetector(config)
                .judge(watch, reference, window, Instant.EPOCH)
                .comparison();
    }

    /** Each partition's through its stored form, as between two stages. */
    private static ObservationSketch merged(List<Prediction> observations) {
        List<List<Prediction>> parts = new ArrayList<>();
        IntStream.range(0, PARTITIONS).forEach(i -> parts.add(new ArrayList<>()));
        for (int i = 0; i < observations.size(); i++) {
            parts.get(i % PARTITIONS).add(observations.get(i));
        }
        try (var serde = ObservationSketchSerde.create()) {
            List<ObservationSketch> sketches = parts.stream()
                    .map(part -> serde.serializer().serialize("t", ObservationSketch.of(part)))
                    .map(bytes -> serde.deserializer().deserialize("t", bytes))
                    .toList();
            sketches.stream().skip(1).forEach(sketches.getFirst()::merge);
            return sketches.getFirst();
        }
    }

    private static double distance(List<Prediction> reference, List<Prediction> window, int i) {
        double[][] both = Stream.of(reference, window)
                .map(list -> list.stream()
                        .mapToDouble(p -> p.embeddingSketch().get(i))
                        .sorted()
                        .toArray())
                .toArray(double[][]::new);
        double largest = 0;
        int at = 0;
        for (int r = 0; r < both[0].length; r++) {
            while (at < both[1].length && both[1][at] < both[0][r]) {
                at++;
            }
            double below = (double) at / both[1].length;
            largest = Math.max(largest, Math.abs((double) r / both[0].length - below));
            largest = Math.max(largest, Math.abs((double) (r + 1) / both[0].length - below));
        }
        return largest;
    }

    private List<Prediction> observations(int count, double shift) {
        return Stream.generate(() -> new Prediction(
                        MODEL,
                        random.nextBoolean() ? "a" : "b",
                        (float) (.8 + .1 * random.nextGaussian()),
                        embedding(shift)))
                .limit(count)
                .toList();
    }

    private List<Float> embedding(double shift) {
        return Stream.generate(() -> (float) (shift + random.nextGaussian()))
                .limit(EMBEDDING)
                .toList();
    }
}
