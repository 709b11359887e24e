package io.freshet.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.trainer.evaluation.corruption.Corruption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RobustnessTest {

    @Test
    void errorsAreTakenRelativeToTheBaselinesOverAllSeverities() {
        // Of the baseline's 2.0 errors of blur 1.0 is left, of its .5 of noise .75; it makes none under gamma.
        Robustness baseline =
                robustness(List.of(.8, .7, .6, .5, .4), List.of(.9, .9, .9, .9, .9), List.of(1.0, 1.0, 1.0, 1.0, 1.0));
        Robustness model = robustness(
                List.of(.9, .85, .8, .75, .7), List.of(.9, .9, .85, .8, .8), List.of(1.0, 1.0, 1.0, 1.0, .9));
        Robustness related = model.against(baseline);
        assertThat(related.corruptions().get(0).relativeError().orElseThrow()).isCloseTo(.5, within(1e-9));
        assertThat(related.corruptions().get(1).relativeError().orElseThrow()).isCloseTo(1.5, within(1e-9));
        assertThat(related.corruptions().get(2).relativeError()).isEmpty();
        assertThat(related.relativeError().orElseThrow()).isCloseTo(1, within(1e-9));
        assertThat(model.relativeError()).isEmpty();
        assertThat(model.meanAccuracy()).isCloseTo((4.0 + 4.25 + 4.9) / 15, within(1e-9));
    }

    private static Robustness robustness(List<Double> blur, List<Double> noise, List<Double> gamma) {
        return Robustness.of(
                100,
                .9,
                new EnumMap<>(Map.of(Corruption.BLUR, blur, Corruption.SENSOR_NOISE, noise, Corruption.GAMMA, gamma)));
    }
}
