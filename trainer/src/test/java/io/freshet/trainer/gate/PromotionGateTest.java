package io.freshet.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.trainer.evaluation.Verdicts;
import io.freshet.trainer.gate.Evidence.Champion;
import io.freshet.trainer.gate.Evidence.Latencies;
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
        assertThat(gate.decide(new Evidence(right(0, 0, 0), right(200, 0, 101), Double.NaN, Optional.empty())))
                .isInstanceOf(GateDecision.Promote.class);
        assertThat(gate.decide(new Evidence(right(0, 0, 0), right(200, 0, 100), Double.NaN, Optional.empty())))
                .isInstanceOf(GateDecision.Hold.class);
    }

    @Test
    void holdsAStudentWhoseConfidenceIsMoreOffThanTheBoundAllows() {
        assertThat(better(.12, .03, Optional.empty())).isInstanceOf(GateDecision.Promote.class);
        assertThat(better(.14, .03, Optional.empty()))
                .isEqualTo(new GateDecision.Hold(List.of(
                        "its confidence is off: its calibration error on the audit sample is 14.0 points, that of"
                                + " the model in service 3.0, and 10.0 more are allowed")));
        assertThat(better(.03, .9, Optional.empty())).isInstanceOf(GateDecision.Promote.class);
    }

    @Test
    void holdsAStudentOfAnotherNetworkThatIsSlowerThanTheBoundAllows() {
        assertThat(better(.03, .03, Optional.of(new Latencies(4.9, 1)))).isInstanceOf(GateDecision.Promote.class);
        assertThat(better(.03, .03, Optional.of(new Latencies(5.1, 1))))
                .isEqualTo(new GateDecision.Hold(
                        List.of("it is slow: it takes 5.10 ms for an image, the model in service 1.00, and 5.0 times as"
                                + " long is allowed")));
    }

    @Test
    void boundsThatAreNotSetHoldNobody() {
        GateConfig open = new GateConfig(
                .05, 100, .02, .1, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(new PromotionGate(open, CLASSES).decide(betterEvidence(1, 0, Optional.of(new Latencies(99, 1)))))
                .isInstanceOf(GateDecision.Promote.class);
    }

    @Test
    void holdsAnyModelThatFindsTooFewOfAClass() {
        GateConfig floor = new GateConfig(
                .05, 100, .02, .1, Optional.of(.5), Optional.empty(), Optional.empty(), Optional.empty());
        BitSet right = new BitSet();
        right.set(0, 200);
        IntStream.range(0, 51).forEach(i -> right.clear(2 * i + 1));
        Evidence first = new Evidence(right(0, 0, 0), new Verdicts(truths(200), right), Double.NaN, Optional.empty());
        assertThat(gate.decide(first)).isInstanceOf(GateDecision.Promote.class);
        assertThat(new PromotionGate(floor, CLASSES).decide(first))
                .isEqualTo(new GateDecision.Hold(List.of(
                        "its recall of dog on the anchor is 49.0%, and at least 50.0% is wanted of each class")));
    }

    @Test
    void aFasterStudentNeedOnlyBeShownToBeHardlyWorse() {
        GateConfig distilling = new GateConfig(
                .05, 100, .02, .1, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(.02));
        PromotionGate gate = new PromotionGate(distilling, CLASSES);
        Optional<Latencies> faster = Optional.of(new Latencies(1, 3));
        assertThat(gate.decide(audited(right(2_000, 0, 1_800), right(2_000, 10, 1_810), faster)))
                .isInstanceOf(GateDecision.Promote.class);
        assertThat(gate.decide(audited(right(2_000, 0, 1_800), right(2_000, 0, 1_850), faster)))
                .isEqualTo(new GateDecision.Hold(List.of(
                        "it is faster, but not shown to be hardly worse on the audit sample: right where the model in"
                                + " service is wrong on 0 images, wrong where that is right on 50, so that its error may lie"
                                + " 3.1 points higher, and 2.0 are allowed")));
        Optional<Latencies> slower = Optional.of(new Latencies(3, 1));
        assertThat(gate.decide(audited(right(2_000, 0, 1_800), right(2_000, 10, 1_810), slower)))
                .isInstanceOf(GateDecision.Hold.class);
    }

    private static Evidence audited(Verdicts student, Verdicts champion, Optional<Latencies> latencies) {
        return new Evidence(
                student,
                right(200, 0, 180),
                .03,
                Optional.of(new Champion(champion, right(200, 0, 180), .1, .03, latencies)));
    }

    private GateDecision better(double studentError, double championError, Optional<Latencies> latencies) {
        return gate.decide(betterEvidence(studentError, championError, latencies));
    }

    /** Better on the audit sample and as good on the anchor. */
    private static Evidence betterEvidence(double studentError, double championError, Optional<Latencies> latencies) {
        Champion champion = new Champion(right(200, 0, 150), right(200, 0, 180), .1, championError, latencies);
        return new Evidence(right(200, 0, 180), right(200, 0, 180), studentError, Optional.of(champion));
    }

    private GateDecision decide(
            Verdicts studentAudit,
            Verdicts championAudit,
            Verdicts studentAnchor,
            Verdicts championAnchor,
            double best) {
        return gate.decide(new Evidence(
                studentAudit,
                studentAnchor,
                .03,
                Optional.of(new Champion(championAudit, championAnchor, best, .03, Optional.empty()))));
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
