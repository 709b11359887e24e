package io.freshet.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.serving.batch.ImageScores;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrialTest {

    private static final StageConfig NONE = new StageConfig(0, 1, Duration.ZERO, Duration.ZERO);

    private final AtomicLong nanos = new AtomicLong();

    private Trial trial(long version, StageConfig shadow, StageConfig canary) {
        return new Trial(version, new RolloutConfig(shadow, canary, RolloutCriteria.defaults()), nanos::get);
    }

    private static StageConfig share(double share) {
        return new StageConfig(share, 4, Duration.ofSeconds(1), Duration.ofSeconds(9));
    }

    private static ImageScores scores(int label, float confidence) {
        float[] probabilities = {(1 - confidence) / 2, (1 - confidence) / 2, (1 - confidence) / 2};
        probabilities[label] = confidence;
        return new ImageScores(probabilities, new float[0]);
    }

    private static long count(Trial trial) {
        return IntStream.range(0, 10_000)
                .filter(i -> trial.answers("client-" + i))
                .count();
    }

    @Test
    void theCanaryAnswersItsShareOfTheClients() {
        assertThat((double) count(trial(7, NONE, share(.1)))).isCloseTo(1_000, within(100.0));
        assertThat(count(trial(7, NONE, share(1)))).isEqualTo(10_000);
    }

    @Test
    void aClientStaysWithWhatAnswersItAndOtherVersionsTakeOtherClients() {
        Trial trial = trial(7, NONE, share(.1));
        Trial next = trial(8, NONE, share(.1));
        List<String> clients = IntStream.range(0, 10_000)
                .mapToObj(i -> "client-" + i)
                .filter(trial::answers)
                .toList();

        assertThat(clients).allMatch(trial::answers);
        assertThat(clients.stream().filter(next::answers).count()).isBetween(50L, 200L);
    }

    @Test
    void aShadowAnswersNobodyAndBecomesACanary() {
        Trial trial = trial(7, share(1), share(1));
        assertThat(trial.stage()).isEqualTo(Stage.SHADOW);
        assertThat(trial.answers("me")).isFalse();
        assertThat(trial.shadows("me")).isTrue();

        assertThat(trial.advance()).hasValue(Stage.CANARY);
        assertThat(trial.answers("me")).isTrue();
        assertThat(trial.shadows("me")).isFalse();
        assertThat(trial.advance()).isEmpty();
    }

    @Test
    void withoutACanaryTheShadowIsTheLastStage() {
        assertThat(trial(7, share(1), NONE).advance()).isEmpty();
    }

    @Test
    void itCountsWhatWasAnsweredAndBeginsAnewInEachStage() {
        Trial trial = trial(7, share(1), share(1));
        List<ImageScores> sure = List.of(scores(0, .9f), scores(1, .9f));
        List<ImageScores> unsure = List.of(scores(0, .4f), scores(0, .4f));
        trial.inServiceAnswered(sure, Duration.ofMillis(2));
        trial.candidateAnswered(Stage.SHADOW, unsure, Duration.ofMillis(40));
        trial.candidateFailed(Stage.SHADOW);
        trial.compared(sure, unsure);
        nanos.set(5_000_000_000L);
        Measured measured = trial.measured();

        assertThat(measured.elapsed()).isEqualTo(Duration.ofSeconds(5));
        assertThat(measured.inService()).extracting(Measured.Side::images).isEqualTo(2L);
        assertThat(measured.candidate().unsure()).isEqualTo(2);
        assertThat(measured.candidate().topClass()).isEqualTo(2);
        assertThat(measured.candidate().failures()).isEqualTo(1);
        assertThat(measured.candidate().medianTime().toMillis()).isBetween(39L, 41L);
        assertThat(measured.agreement()).isEqualTo(.5);

        trial.advance();
        assertThat(trial.measured().candidate().images()).isZero();
        assertThat(trial.measured().elapsed()).isZero();
    }

    @Test
    void whatEndsWhenTheCanaryHasBegunIsNotOfItsStage() {
        Trial trial = trial(7, share(1), share(1));
        trial.advance();
        List<ImageScores> late = List.of(scores(1, .9f));
        trial.candidateAnswered(Stage.SHADOW, late, Duration.ofSeconds(3));
        trial.candidateFailed(Stage.SHADOW);
        trial.compared(List.of(scores(0, .9f)), late);

        assertThat(trial.measured().compared()).isZero();
        assertThat(trial.measured().candidate().images()).isZero();
        assertThat(trial.measured().candidate().failures()).isZero();

        trial.candidateFailed(Stage.CANARY);
        assertThat(trial.measured().candidate().failures()).isEqualTo(1);
    }
}
