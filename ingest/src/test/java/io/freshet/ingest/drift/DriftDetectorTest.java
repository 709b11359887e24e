package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DriftDetectorTest {

    private static final DriftConfig CONFIG = DriftConfig.defaults();
    private static final int SKETCH = 16;

    private final DriftDetector detector = new DriftDetector(CONFIG);
    private final SplittableRandom random = new SplittableRandom(7);
    private double firstClass = .5; // the share of one of two
    private final List<Prediction> reference = observations(CONFIG.reference(), 0, 0, SKETCH);
    private Instant now = Instant.EPOCH;
    private Watch watch = full(SKETCH);

    @Test
    void unchangedTrafficRaisesNoAlarmOverTwoHundredWindows() {
        for (int i = 0; i < 200; i++) {
            assertThat(judge(window(0, 0)).alarm()).isFalse();
        }
    }

    @Test
    void unchangedTrafficSeemsToDriftAboutAsOftenAsTheLevelSays() {
        DriftDetector lenient = new DriftDetector(new DriftConfig(1_000, 300, .05, 2, Duration.ZERO, 1, 1));
        long drifting = IntStream.range(0, 200)
                .filter(i -> lenient.judge(
                                full(SKETCH), sketch(observations(1_000, 0, 0, SKETCH)), sketch(window(0, 0)), now)
                        .comparison()
                        .isDrifting())
                .count();
        assertThat(drifting).isLessThanOrEqualTo(20); // 10 expected; more than 20 comes once in a thousand
    }

    @Test
    void aShiftOfTheConfidenceRaisesAnAlarmWithTheSecondWindow() {
        assertThat(judge(window(0, 0)).alarm()).isFalse();
        assertThat(judge(window(-.06, 0)).alarm()).isFalse();

        DriftDetector.Judgement second = judge(window(-.06, 0));
        assertThat(second.alarm()).isTrue();
        assertThat(second.comparison().describe()).startsWith("confidence: D=").contains("0 of 16");
    }

    @Test
    void aShiftOfTheEmbeddingAloneRaisesAnAlarmToo() {
        judge(window(0, .6));

        DriftDetector.Judgement second = judge(window(0, .6));
        assertThat(second.alarm()).isTrue();
        assertThat(second.comparison().describe())
                .startsWith("confidence steady; classes steady; 16 of 16 embedding statistics moved");
    }

    @Test
    void aShiftOfTheClassesAloneRaisesAnAlarmToo() {
        firstClass = .75;
        judge(window(0, 0));

        DriftDetector.Judgement second = judge(window(0, 0));
        assertThat(second.alarm()).isTrue();
        assertThat(second.comparison().describe()).startsWith("confidence steady; classes: PSI=0.");
    }

    @Test
    void aReferenceOfAnEarlierReleaseHasNoClassesToDrift() {
        List<Prediction> bare = reference.stream()
                .map(p -> new Prediction(p.model(), "", p.confidence(), p.embeddingSketch()))
                .toList();
        assertThat(detector.judge(watch, sketch(bare), sketch(window(0, 0)), now)
                        .comparison()
                        .isDrifting())
                .isFalse();
    }

    @Test
    void aSingleWindowThatDriftsIsNoAlarm() {
        judge(window(-.06, 0));
        judge(window(0, 0));

        assertThat(judge(window(-.06, 0)).alarm()).isFalse();
    }

    @Test
    void driftThatGoesOnIsToldAgainAfterTheRearmTimeAndNotBefore() {
        judge(window(-.06, 0));
        assertThat(judge(window(-.06, 0)).alarm()).isTrue();
        now = now.plus(CONFIG.rearm()).minusMillis(1);
        assertThat(judge(window(-.06, 0)).alarm()).isFalse();
        now = now.plusMillis(1);
        assertThat(judge(window(-.06, 0)).alarm()).isTrue();
    }

    @Test
    void withoutSketchesTheConfidenceDecidesAlone() {
        watch = full(0);
        List<Prediction> bare = observations(CONFIG.reference(), 0, 0, 0);
        DriftDetector.Judgement steady =
                detector.judge(watch, sketch(bare), sketch(observations(CONFIG.window(), 0, 0, 0)), now);
        DriftDetector.Judgement drifting =
                detector.judge(watch, sketch(bare), sketch(observations(CONFIG.window(), -.06, 0, 0)), now);

        assertThat(steady.comparison().isDrifting()).isFalse();
        assertThat(drifting.comparison().isDrifting()).isTrue();
        assertThat(drifting.comparison().describe())
                .startsWith("confidence: D=")
                .doesNotContain("embedding");
    }

    @Test
    void aModelThatIsAlwaysSureDoesNotDrift() {
        List<Prediction> sure =
                Stream.generate(() -> observation(1, 0, 0)).limit(1_000).toList();
        assertThat(detector.judge(full(0), sketch(sure), sketch(sure.subList(0, 300)), now)
                        .comparison()
                        .isDrifting())
                .isFalse();
    }

    private DriftDetector.Judgement judge(List<Prediction> window) {
        DriftDetector.Judgement judgement = detector.judge(watch, sketch(reference), sketch(window), now);
        watch = judgement.watch();
        return judgement;
    }

    private List<Prediction> window(double confidenceShift, double embeddingShift) {
        return observations(CONFIG.window(), confidenceShift, embeddingShift, SKETCH);
    }

    private List<Prediction> observations(int count, double confidenceShift, double embeddingShift, int sketch) {
        return Stream.generate(
                        () -> observation(.8 + confidenceShift + .1 * random.nextGaussian(), embeddingShift, sketch))
                .limit(count)
                .toList();
    }

    private Prediction observation(double confidence, double embeddingShift, int sketch) {
        List<Float> embedding = Stream.generate(() -> (float) (embeddingShift + random.nextGaussian()))
                .limit(sketch)
                .toList();
        String label = random.nextDouble() < firstClass ? "a" : "b";
        return new Prediction(new ModelVersion("m", 1), label, (float) confidence, embedding);
    }

    private static ObservationSketch sketch(List<Prediction> observations) {
        return ObservationSketch.of(observations);
    }

    private static Watch full(int sketch) {
        Watch watch = Watch.begin(sketch, Instant.EPOCH);
        for (int i = 0; i < CONFIG.reference() + CONFIG.window(); i++) {
            watch = watch.observed(CONFIG, 1, Instant.EPOCH, Instant.EPOCH);
        }
        return watch;
    }
}
