package io.freshet.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GoldenAnswersTest {

    private static final GoldenTolerance TOLERANCE = new GoldenTolerance(.05, .5);

    private static GoldenAnswers compare(float[]... expectedAndActual) {
        return GoldenAnswers.compare(
                List.of(expectedAndActual[0], expectedAndActual[1]),
                List.of(expectedAndActual[2], expectedAndActual[3]));
    }

    private static float[] of(double... probabilities) {
        float[] values = new float[probabilities.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) probabilities[i];
        }
        return values;
    }

    @Test
    void theSameAnswersDifferByNothing() {
        GoldenAnswers same = compare(of(.9, .1), of(.3, .7), of(.9, .1), of(.3, .7));

        assertThat(same).isEqualTo(new GoldenAnswers(2, 0, 0));
        assertThat(same.fault(new GoldenTolerance(0, 0))).isEmpty();
    }

    @Test
    void anotherPrecisionIsWithinTheTolerance() {
        GoldenAnswers near = compare(of(.51, .49), of(.3, .7), of(.49, .51), of(.32, .68));

        assertThat(near.largestDifference()).isCloseTo(.02, Offset.offset(1e-6));
        assertThat(near.changed()).isEqualTo(1);
        assertThat(near.fault(TOLERANCE)).isEmpty();
    }

    @Test
    void aProbabilityThatIsFarOffIsAFault() {
        assertThat(compare(of(.9, .1), of(.3, .7), of(.9, .1), of(.4, .6)).fault(TOLERANCE))
                .hasValueSatisfying(fault -> assertThat(fault).contains("0.100", "0.050"));
    }

    @Test
    void tooManyChangedClassesAreAFaultHoweverLittleTheyChanged() {
        assertThat(compare(of(.51, .49), of(.49, .51), of(.49, .51), of(.51, .49))
                        .fault(TOLERANCE))
                .hasValueSatisfying(fault -> assertThat(fault).contains("2 of 2 images"));
    }

    @Test
    void whatIsNoNumberIsAFault() {
        assertThat(compare(of(.9, .1), of(.3, .7), of(.9, .1), of(Double.NaN, .7))
                        .fault(TOLERANCE))
                .isPresent();
    }

    @Test
    void answersOfAnotherFormCannotBeCompared() {
        assertThatThrownBy(() -> compare(of(1, 0), of(1, 0), of(1, 0), of(1, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 classes")
                .hasMessageContaining("3");
        assertThatThrownBy(() -> GoldenAnswers.compare(List.of(of(1, 0)), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GoldenTolerance(2, 0)).hasMessageContaining("golden.maxDifference");
    }
}
