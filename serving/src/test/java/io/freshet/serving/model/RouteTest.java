package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.batch.Network;
import io.freshet.serving.rollout.RolloutConfig;
import io.freshet.serving.rollout.RolloutCriteria;
import io.freshet.serving.rollout.StageConfig;
import io.freshet.serving.rollout.Trial;
import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TinyModels;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteTest {

    private static final int SIZE = TinyModels.SHAPE.size();
    private static final StageConfig ALL = new StageConfig(1, 10, Duration.ZERO, Duration.ofMinutes(1));
    private static final StageConfig NONE = new StageConfig(0, 1, Duration.ZERO, Duration.ZERO);

    private final InService service = new InService("tiny");
    private final FakeNetwork stable = new FakeNetwork(10, SIZE);
    private final CountDownLatch go = new CountDownLatch(1);

    @BeforeEach
    void serve() {
        service.swap(1, stable);
    }

    @AfterEach
    void close() {
        go.countDown();
        service.close();
        await().until(stable::isClosed);
        assertThat(stable.faults()).isZero();
    }

    private static Trial trial(StageConfig shadow, StageConfig canary, Duration canaryTimeout) {
        RolloutCriteria like = RolloutCriteria.defaults();
        RolloutCriteria criteria = new RolloutCriteria(
                like.maxFailures(),
                like.maxSlowdown(),
                like.slowdownFloor(),
                like.minAgreement(),
                like.lowConfidence(),
                like.maxUnsureGrowth(),
                like.maxTopClass(),
                canaryTimeout);
        return new Trial(2, new RolloutConfig(shadow, canary, criteria), System::nanoTime);
    }

    private static Trial trial(StageConfig shadow, StageConfig canary) {
        return trial(shadow, canary, Duration.ofMinutes(1));
    }

    private Reply.Answered classify(Selector selector) throws Exception {
        Routing.Found found = (Routing.Found) service.model().route(selector, "me");
        try (Route route = found.route()) {
            return (Reply.Answered)
                    route.classify(List.of(ByteBuffer.allocate(SIZE).put(0, (byte) 4)))
                            .get();
        }
    }

    private Reply.Answered classify() throws Exception {
        return classify(new Selector.InService());
    }

    /** Answers nothing, one way or another. */
    private static Network network(Runnable instead) {
        return new Network() {
            @Override
            public List<ImageScores> classify(ByteBuffer images, int count) {
                instead.run();
                throw new IllegalStateException("It does not work");
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void aShadowSeesTheImagesAndItsAnswersGoNowhere() throws Exception {
        FakeNetwork candidate = new FakeNetwork(10, SIZE);
        Trial trial = trial(ALL, NONE);
        service.tryOut(2, candidate, trial);

        assertThat(classify().model().version()).isEqualTo(1);
        await().untilAsserted(() -> {
            assertThat(trial.measured().candidate().images()).isEqualTo(1);
            assertThat(trial.measured().agreed()).isEqualTo(1);
        });
        assertThat(trial.measured().inService().images()).isEqualTo(1);
    }

    @Test
    void whatAShadowSaidComesAfterTheAnswer() throws Exception {
        service.tryOut(2, new FakeNetwork(10, SIZE), trial(ALL, NONE));
        Reply.Answered answered = classify();

        assertThat(answered.model().version()).isEqualTo(1);
        assertThat(answered.shadow().get()).hasValueSatisfying(shadow -> {
            assertThat(shadow.model().version()).isEqualTo(2);
            assertThat(shadow.scores()).hasSameSizeAs(answered.scores());
        });
    }

    @Test
    void aShadowThatFailsSaysNothing() throws Exception {
        service.tryOut(2, network(() -> {}), trial(ALL, NONE));

        assertThat(classify().shadow().get()).isEmpty();
    }

    @Test
    void aShadowThatFailsIsCountedAndNobodyNotices() throws Exception {
        Trial trial = trial(ALL, NONE);
        service.tryOut(2, network(() -> {}), trial);

        assertThat(classify().scores()).hasSize(1);
        await().untilAsserted(() ->
                assertThat(trial.measured().candidate().failures()).isEqualTo(1));
    }

    @Test
    void aCanaryAnswers() throws Exception {
        Trial trial = trial(NONE, ALL);
        service.tryOut(2, new FakeNetwork(10, SIZE), trial);

        assertThat(classify().model().version()).isEqualTo(2);
        assertThat(trial.measured().candidate().images()).isEqualTo(1);
    }

    @Test
    void whereACanaryFailsTheVersionInServiceAnswers() throws Exception {
        Trial trial = trial(NONE, ALL);
        service.tryOut(2, network(() -> {}), trial);

        assertThat(classify().model().version()).isEqualTo(1);
        assertThat(trial.measured().candidate().failures()).isEqualTo(1);
    }

    @Test
    void whereACanaryDoesNotAnswerInTimeTheVersionInServiceDoes() throws Exception {
        Trial trial = trial(NONE, ALL, Duration.ofMillis(20));
        service.tryOut(
                2,
                network(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }),
                trial);

        assertThat(classify().model().version()).isEqualTo(1);
        assertThat(trial.measured().candidate().failures()).isEqualTo(1);
    }

    @Test
    void whoAsksForAVersionByItsNumberGetsThatOrItsFault() throws Exception {
        service.tryOut(2, network(() -> {}), trial(ALL, NONE));

        assertThat(classify(new Selector.Version(1)).model().version()).isEqualTo(1);
        assertThatThrownBy(() -> classify(new Selector.Version(2))).hasMessageContaining("It does not work");
        assertThat(service.model().route(new Selector.Version(3), "me"))
                .isInstanceOfSatisfying(
                        Routing.NoSuchVersion.class,
                        none -> assertThat(none.inService()).hasSize(2));
    }

    @Test
    void labelsLeadToTheVersionsInServiceAndOnTrial() throws Exception {
        Selector canary = new Selector.Label("canary");
        assertThat(classify(canary).model().version()).isEqualTo(1);
        service.tryOut(2, new FakeNetwork(10, SIZE), trial(ALL, NONE));

        assertThat(classify(canary).model().version()).isEqualTo(2);
        assertThat(classify(new Selector.Label("stable")).model().version()).isEqualTo(1);
        assertThat(service.model().route(new Selector.Label("beta"), "me")).isInstanceOf(Routing.NoSuchVersion.class);
    }
}
