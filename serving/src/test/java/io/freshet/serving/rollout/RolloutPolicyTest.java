package io.freshet.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.serving.rollout.Measured.Side;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RolloutPolicyTest {

    private static final RolloutConfig CONFIG = new RolloutConfig(
            new StageConfig(1, 50, Duration.ofSeconds(1), Duration.ofSeconds(20)),
            new StageConfig(.1, 50, Duration.ofSeconds(3), Duration.ofSeconds(30)),
            RolloutCriteria.defaults());

    private static final Side GOOD = side(1000, 0, 100, 300, 10);
    private static final Duration LONG = Duration.ofSeconds(5);

    private static Side side(long images, long failures, long unsure, long topClass, long millis) {
        return new Side(images, failures, images, unsure, topClass, Duration.ofMillis(millis));
    }

    private static Verdict decide(Side candidate, Duration elapsed, long compared, long agreed) {
        return RolloutPolicy.decide(new Measured(Stage.SHADOW, elapsed, GOOD, candidate, compared, agreed), CONFIG);
    }

    private static Verdict decide(Side candidate) {
        return decide(candidate, LONG, 0, 0);
    }

    private static void assertWithdrawn(Verdict verdict, String why) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Withdraw.class,
                        withdraw -> assertThat(withdraw.why()).contains(why));
    }

    @Test
    void whatDoesAsWellGoesOn() {
        assertThat(decide(side(100, 0, 12, 30, 11), LONG, 100, 90)).isEqualTo(new Verdict.Advance());
    }

    @Test
    void itWaitsForTheImagesAndForTheTime() {
        assertThat(decide(side(49, 0, 5, 15, 10))).isEqualTo(new Verdict.Wait());
        assertThat(decide(side(100, 0, 10, 30, 10), Duration.ofMillis(900), 0, 0))
                .isEqualTo(new Verdict.Wait());
    }

    @Test
    void whereTrafficIsThinTheTimeoutDecides() {
        assertThat(decide(side(2, 0, 2, 2, 10), Duration.ofSeconds(20), 2, 2)).isInstanceOf(Verdict.Withdraw.class);
        assertThat(decide(side(3, 0, 0, 2, 10), Duration.ofSeconds(20), 3, 3)).isEqualTo(new Verdict.Advance());
        assertThat(decide(side(0, 0, 0, 0, 0), Duration.ofSeconds(20), 0, 0)).isEqualTo(new Verdict.Advance());
    }

    @Test
    void failuresWithdrawItAtOnceAndASingleOneDoesNot() {
        assertWithdrawn(decide(side(10, 3, 0, 3, 10), Duration.ZERO, 0, 0), "3 of 13 requests failed");
        assertThat(decide(side(10, 2, 0, 3, 10), Duration.ZERO, 0, 0)).isEqualTo(new Verdict.Wait());
        assertThat(decide(side(1000, 3, 100, 300, 10))).isEqualTo(new Verdict.Advance());
    }

    @Test
    void slownessWithdrawsItBeforeItHasSeenAllImages() {
        assertWithdrawn(decide(side(20, 0, 2, 6, 31), Duration.ZERO, 0, 0), "31.0 ms");
        assertThat(decide(side(20, 0, 2, 6, 30), Duration.ZERO, 0, 0)).isEqualTo(new Verdict.Wait());
    }

    @Test
    void aCollapseToOneClassWithdrawsIt() {
        assertWithdrawn(decide(side(50, 0, 5, 48, 10)), "96% of the images one class");
    }

    @Test
    void trafficOfOneClassWithdrawsNothing() {
        Side all = side(100, 0, 10, 100, 10);

        assertThat(RolloutPolicy.decide(new Measured(Stage.CANARY, LONG, all, all, 0, 0), CONFIG))
                .isEqualTo(new Verdict.Advance());
    }

    @Test
    void manyMoreUnsureAnswersWithdrawIt() {
        assertWithdrawn(decide(side(100, 0, 41, 30, 10)), "unsure of 41%");
        assertThat(decide(side(100, 0, 40, 30, 10))).isEqualTo(new Verdict.Advance());
    }

    @Test
    void answersThatHaveNothingToDoWithTheOldOnesWithdrawIt() {
        assertWithdrawn(decide(side(100, 0, 10, 30, 10), LONG, 100, 19), "19% of 100");
        assertWithdrawn(decide(side(100, 0, 10, 30, 10), LONG, 20, 3), "15% of 20");
        assertThat(decide(side(100, 0, 10, 30, 10), LONG, 19, 0))
                .as("few, and so perhaps by chance")
                .isEqualTo(new Verdict.Advance());
    }
}
