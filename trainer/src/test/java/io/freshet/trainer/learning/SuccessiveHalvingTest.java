package io.freshet.trainer.learning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuccessiveHalvingTest {

    @Test
    void oneCandidateTakesAllStepsAtOnce() {
        assertThat(new SuccessiveHalving(700, 1).rungs()).containsExactly(700);
    }

    @Test
    void eachHalvingDoublesTheSteps() {
        assertThat(new SuccessiveHalving(800, 2).rungs()).containsExactly(400, 800);
        assertThat(new SuccessiveHalving(800, 3).rungs()).containsExactly(200, 400, 800);
        assertThat(new SuccessiveHalving(800, 4).rungs()).containsExactly(200, 400, 800);
        assertThat(new SuccessiveHalving(800, 5).rungs()).containsExactly(100, 200, 400, 800);
    }

    @Test
    void oneCandidateIsLeftForTheLastRung() {
        for (int candidates = 1; candidates < 20; candidates++) {
            List<Integer> rungs = new SuccessiveHalving(1_000, candidates).rungs();
            int left = candidates;
            for (int rung : rungs.subList(0, rungs.size() - 1)) {
                assertThat(rung).isLessThan(1_000);
                left = SuccessiveHalving.survivors(left);
            }
            assertThat(left).isEqualTo(1);
        }
    }
}
