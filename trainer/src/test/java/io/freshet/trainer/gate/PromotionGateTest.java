package io.freshet.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.trainer.evaluation.Verdicts;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromotionGateTest {

    private static final List<String> CLASSES = List.of("cat", "dog");
    private final PromotionGate gate = new PromotionGate(new GateConfig(.05, 100, .02, .1), CLASSES);

    @Test
    void promotesAStudentThatIsBetterOnTheAuditSampleAndAsGoodOnTheAnchor() {
        assertThat(decide(right(200, 0, 180), right(200, 0, 150), right(200, 0, 180), right(200, 0, 180), .1))
                .isInstanceOf(GateDecision.Promote.class);
    }

    @Test
    void holdsAStudentThatIsNotShownToBeBetter() {
        // Right on three images more, and on no image wrong where the other is right: p = 1/8.
        assertThat(reasons(right(200, 0, 153), right(200, 0, 150), right(200, 0, 180), right(200, 0, 180), .1))
                .singleElement()
                .asString()
                .contains("not shown to be better", "on 3 images", "p = 0.13");
    }

    @Test
    void holdsWhenTooFewImagesAreLabeledToTell() {
        assertThat(reasons(right(99, 0, 99), right(99, 0, 9), right(200, 0, 180), right(200, 0, 180), .1))
                .containsExactly("the audit sample has 99 labeled images, and 100 are needed");
    }

    @Test
    void comparesTheAnchorWithTheBestModelSoFarAndNotWithTheLast() {
        // Eleven percent wrong: within two points of the last, ten percent, and not of the best, eight.
        assertThat(reasons(right(200, 0, 180), right(200, 0, 150), right(200, 0, 178), right(200, 0, 180), .08))
                .singleElement()
                .asString()
                .contains("error on the anchor is 11.0%", "best so far, 8.0%");
    }

    @Test
    void holdsAStudentThatGivesUpAClass() {
        // Even images are cats, odd ones dogs; 20 of 100 dogs are lost and 20 cats are found.
        BitSet champion = new BitSet();
        champion.set(0, 200);
        IntStream.range(0, 20).forEach(i -> champion.clear(2 * i));
        BitSet student = new BitSet();
        student.set(0, 200);
        IntStream.range(0, 20).forEach(i -> student.clear(2 * i + 1));
        assertThat(reasons(
                        right(200, 0, 180),
                        right(200, 0, 150),
                        new Verdicts(truths(200), student),
                        new Verdicts(truths(200), champion),
                        .1))
                .singleElement()
                .asString()
                .contains("recall of dog on the anchor is 80.0%, 20.0 points below");
    }

    @Test
    void namesEveryReason() {
        assertThat(reasons(right(200, 0, 150), right(200, 0, 150), right(200, 0, 100), right(200, 0, 180), .1))
                .hasSize(4);
    }

    @Test
    void theFirstModelMustBeatAlwaysSayingTheMostFrequentClass() {
        assertThat(gate.decide(new Evidence(right(0, 0, 0), right(200, 0, 101), Optional.empty())))
                .isInstanceOf(GateDecision.Promote.class);
        assertThat(gate.decide(new Evidence(right(0, 0, 0), right(200, 0, 100), Optional.empty())))
                .isInstanceOf(GateDecision.Hold.class);
    }

    private GateDecision decide(
            Verdicts studentAudit,
            Verdicts championAudit,
            Verdicts studentAnchor,
            Verdicts championAnchor,
            double best) {
        return gate.decide(new Evidence(
                studentAudit, studentAnchor, Optional.of(new Evidence.Champion(championAudit, championAnchor, best))));
    }

    private List<String> reasons(
            Verdicts studentAudit,
            Verdicts championAudit,
            Verdicts studentAnchor,
            Verdicts championAnchor,
            double best) {
        GateDecision decision = decide(studentAudit, championAudit, studentAnchor, championAnchor, best);
        return decision instanceof GateDecision.Hold hold ? hold.reasons() : List.of();
    }

    /** So many images, of which those in the range are right. */
    private static Verdicts right(int images, int from, int to) {
        BitSet right = new BitSet();
        right.set(from, to);
        return new Verdicts(truths(images), right);
    }

    private static List<Integer> truths(int images) {
        return IntStream.range(0, images).mapToObj(i -> i % 2).toList();
    }
}
