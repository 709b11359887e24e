package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.image.PixelStatistics;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Images that no model saw, from their pixels to the alarm. */
class PixelDriftTest {

    private static final DriftConfig CONFIG = DriftConfig.defaults();
    private static final int SIDE = 40;

    private final DriftDetector detector = new DriftDetector(CONFIG);
    private final SplittableRandom random = new SplittableRandom(11);
    private final List<Prediction> reference = observations(CONFIG.reference(), pixels -> pixels);
    private Watch watch = full();

    @Test
    void unchangedTrafficRaisesNoAlarmOverTwoHundredWindows() {
        int drifting = 0;
        for (int i = 0; i < 200; i++) {
            DriftDetector.Judgement judgement = judge(pixels -> pixels);
            assertThat(judgement.alarm()).isFalse();
            drifting += judgement.comparison().isDrifting() ? 1 : 0;
        }
        assertThat(drifting).as("windows, at a level of one in a thousand").isLessThanOrEqualTo(3);
    }

    @Test
    void darkerImagesRaiseAnAlarmWithTheSecondWindow() {
        assertThat(judge(PixelDriftTest::darkened).alarm()).isFalse();

        DriftDetector.Judgement second = judge(PixelDriftTest::darkened);
        assertThat(second.alarm()).isTrue();
        assertThat(second.comparison().describe())
                .startsWith("brightness: D=")
                .contains("tones: PSI=", "pixel statistics moved");
    }

    @Test
    void blurredImagesRaiseAnAlarmThoughTheyAreAsBright() {
        judge(PixelDriftTest::blurred);

        DriftDetector.Judgement second = judge(PixelDriftTest::blurred);
        assertThat(second.alarm()).isTrue();
        assertThat(second.comparison().describe()).startsWith("brightness steady; tones steady");
    }

    @Test
    void anotherCastOfColourRaisesAnAlarm() {
        judge(PixelDriftTest::redder);

        assertThat(judge(PixelDriftTest::redder).alarm()).isTrue();
    }

    private DriftDetector.Judgement judge(UnaryOperator<byte[]> change) {
        DriftDetector.Judgement judgement = detector.judge(
                watch,
                ObservationSketch.of(reference),
                ObservationSketch.of(observations(CONFIG.window(), change)),
                Instant.EPOCH);
        watch = full(judgement.watch());
        return judgement;
    }

    private List<Prediction> observations(int count, UnaryOperator<byte[]> change) {
        return Stream.generate(() -> observation(change.apply(scene())))
                .limit(count)
                .toList();
    }

    /** Through the record between two stages, as in the topology. */
    private static Prediction observation(byte[] rgb) {
        PixelImage image = new PixelImage(SIDE, SIDE, rgb);
        Sighting sighting = new Sighting(
                image.id(),
                new EncodedImage(new byte[] {1}),
                "",
                "",
                Instant.EPOCH,
                new TopicPosition(0, 0),
                Optional.empty(),
                false,
                Fingerprint.of(image),
                "",
                "",
                Optional.of(PixelStatistics.of(image)));
        return Observations.of(sighting).orElseThrow();
    }

    /** Stripes of random colours and places, each of some pixels. */
    private byte[] scene() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        double light = .5 + .5 * random.nextDouble();
        for (int x = 0; x < SIDE; ) {
            int end = Math.min(SIDE, x + 2 + random.nextInt(6));
            double[] colour = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
            for (; x < end; x++) {
                for (int y = 0; y < SIDE; y++) {
                    for (int c = 0; c < 3; c++) {
                        rgb[3 * (y * SIDE + x) + c] = (byte) (255 * light * colour[c]);
                    }
                }
            }
        }
        return rgb;
    }

    private static byte[] darkened(byte[] rgb) {
        byte[] dark = rgb.clone();
        for (int i = 0; i < dark.length; i++) {
            dark[i] = (byte) ((rgb[i] & 0xff) * .8);
        }
        return dark;
    }

    private static byte[] redder(byte[] rgb) {
        byte[] red = rgb.clone();
        for (int i = 0; i < red.length; i += 3) {
            red[i] = (byte) Math.min(255, (rgb[i] & 0xff) + 15);
        }
        return red;
    }

    /** Each pixel is the mean of itself and its neighbours to the left and right. */
    private static byte[] blurred(byte[] rgb) {
        byte[] blurred = rgb.clone();
        for (int y = 0; y < SIDE; y++) {
            for (int x = 1; x < SIDE - 1; x++) {
                for (int c = 0; c < 3; c++) {
                    int at = 3 * (y * SIDE + x) + c;
                    blurred[at] = (byte) (((rgb[at - 3] & 0xff) + (rgb[at] & 0xff) + (rgb[at + 3] & 0xff)) / 3);
                }
            }
        }
        return blurred;
    }

    private static Watch full() {
        return full(Watch.begin(PixelStatistics.SIZE - 1, Instant.EPOCH));
    }

    private static Watch full(Watch watch) {
        Watch full = watch;
        while (!full.isWindowFull(CONFIG)) {
            full = full.observed(CONFIG, 1, Instant.EPOCH, Instant.EPOCH);
        }
        return full;
    }
}
