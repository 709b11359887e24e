package io.freshet.trainer.evaluation.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CorruptionTest {

    private static final int SIDE = 32;

    @ParameterizedTest
    @EnumSource(Corruption.class)
    void aSeverityOfNothingLeavesTheSceneAsItIs(Corruption corruption) {
        Picture scene = scene(3);
        assertThat(corruption.apply(scene, 0, new SplittableRandom(1)).toBytes())
                .isEqualTo(scene.toBytes());
    }

    @ParameterizedTest
    @EnumSource(Corruption.class)
    void theSceneIsFurtherFromWhatItWasTheHigherTheSeverity(Corruption corruption) {
        for (int channels : new int[] {1, 3}) {
            Picture scene = scene(channels);
            double little = distance(scene, corruption.apply(scene, .15, new SplittableRandom(1)));
            double much = distance(scene, corruption.apply(scene, .8, new SplittableRandom(1)));
            assertThat(little).isPositive();
            assertThat(much).isGreaterThan(1.2 * little);
        }
    }

    @ParameterizedTest
    @EnumSource(Corruption.class)
    void oneSeedGivesOnePicture(Corruption corruption) {
        assertThat(corruption.apply(scene(1), .5, new SplittableRandom(7)).toBytes())
                .isEqualTo(
                        corruption.apply(scene(1), .5, new SplittableRandom(7)).toBytes());
    }

    @Test
    void blurAndPixelationKeepTheMeanLight() {
        Picture scene = scene(1);
        assertThat(mean(Optics.blur(scene, 1))).isCloseTo(mean(scene), slightly());
        assertThat(mean(Sensor.pixelate(scene, 2))).isCloseTo(mean(scene), slightly());
    }

    private static Offset<Double> slightly() {
        return within(.02);
    }

    /** A disc and a bar, well inside the frame, on a slope of light. */
    private static Picture scene(int channels) {
        Picture dark = new Picture(SIDE, SIDE, channels, new float[SIDE * SIDE * channels]);
        return dark.map((y, x, c) -> {
            boolean inside = Math.hypot(x - 12, y - 14) < 6 || (Math.abs(x - 22) < 2 && y > 6 && y < 26);
            return inside ? .7 + .1 * c : .1 + .004 * x;
        });
    }

    private static double distance(Picture a, Picture b) {
        byte[] left = a.toBytes();
        byte[] right = b.toBytes();
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += Math.abs((left[i] & 0xff) - (right[i] & 0xff));
        }
        return sum / left.length;
    }

    private static double mean(Picture picture) {
        double sum = 0;
        for (float value : picture.values()) {
            sum += value;
        }
        return sum / picture.values().length;
    }
}
