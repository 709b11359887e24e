package io.freshet.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.trainer.training.Waterfall.Part;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaterfallTest {

    private final Waterfall waterfall = new Waterfall(
            "the 100 test images",
            List.of(part("small network", 40, 1), part("+ tuning", 20, .01), part("+ rounds", 25, .9)),
            "unlabeled images did not help");

    @Test
    void eachPartIsComparedWithTheOneBefore() {
        assertThat(waterfall.takenOff(0)).isZero();
        assertThat(waterfall.takenOff(1)).isCloseTo(.2, within(1e-9));
        assertThat(waterfall.takenOff(2)).isCloseTo(-.05, within(1e-9));
    }

    @Test
    void barsShowWhatIsLeftWhatIsTakenOffAndWhatIsAdded() {
        List<String> lines = waterfall.lines();
        assertThat(lines.get(0)).isEqualTo("Wrong on the 100 test images:");
        assertThat(lines.get(1)).isEqualTo("  small network  " + "#".repeat(40) + "  40.0%");
        assertThat(lines.get(2))
                .startsWith("  + tuning       " + "#".repeat(20) + ".".repeat(20) + "  20.0%   -20.0  p = 0.010 ");
        assertThat(lines.get(3))
                .startsWith(
                        "  + rounds       " + "#".repeat(20) + "+++++" + " ".repeat(15) + "  25.0%    +5.0  p = 0.90 ");
        assertThat(lines.get(4)).contains("first 40.0% (30.9 to 49.8, n = 100), last 25.0% (17.5 to 34.3, n = 100)");
    }

    private static Part part(String name, int wrong, double p) {
        Errors errors = new Errors(wrong, 100);
        return new Part(name, "as it is", 10, p, errors, errors, Optional.empty(), Optional.of(errors));
    }
}
