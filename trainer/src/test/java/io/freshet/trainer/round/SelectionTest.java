package io.freshet.trainer.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.round.RoundStep.Choice;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {

    private static final Selection SELECTION = new Selection(new Score(41, 100, 14, 100), .02);

    @Test
    void theLeastSumIsChosen() {
        Choice choice = SELECTION.choose(List.of(
                trial(Candidate.LABELS, 40, 14),
                trial(Candidate.BATCH_NORM, 20, 25),
                trial(Candidate.STUDENT, 22, 15)));
        assertThat(choice.candidate()).isEqualTo("student");
        assertThat(choice.reason())
                .isEqualTo("student did best, wrong on traffic / on labeled images: student 22.0 / 15.0%, labels"
                        + " 40.0 / 14.0%, batch-norm 20.0 / 25.0%; in service 41.0 / 14.0%");
    }

    @Test
    void theGatesBoundIsGivenAway() {
        List<Trial> trials = List.of(trial(Candidate.LABELS, 21, 14), trial(Candidate.STUDENT, 18, 16));
        assertThat(SELECTION.choose(trials).candidate()).isEqualTo("student");
    }

    @Test
    void whatLiesAboveTheGatesBoundCountsFiveTimes() {
        Trial held = trial(Candidate.STUDENT, 30, 18);
        assertThat(SELECTION
                        .choose(List.of(held, trial(Candidate.BATCH_NORM, 41, 16)))
                        .candidate())
                .isEqualTo("student");
        assertThat(SELECTION
                        .choose(List.of(held, trial(Candidate.BATCH_NORM, 39, 16)))
                        .candidate())
                .isEqualTo("batch-norm");
    }

    @Test
    void whatIsInServiceIsMeasuredLikewise() {
        assertThat(SELECTION.isBetter(new Score(35, 100, 15, 100))).isTrue();
        assertThat(SELECTION.isBetter(new Score(35, 100, 18, 100))).isFalse();
    }

    @Test
    void itSaysSoWhereUnlabeledImagesDoNotHelp() {
        Choice choice = SELECTION.choose(List.of(trial(Candidate.LABELS, 14, 14), trial(Candidate.STUDENT, 15, 14)));
        assertThat(choice.candidate()).isEqualTo("labels");
        assertThat(choice.reason()).startsWith("unlabeled images did not help");
    }

    @Test
    void ofEqualCandidatesTheCheapestIsChosen() {
        Choice choice = SELECTION.choose(List.of(trial(Candidate.LABELS, 15, 14), trial(Candidate.STUDENT, 15, 14)));
        assertThat(choice.candidate()).isEqualTo("labels");
    }

    @Test
    void whereNoTrafficIsLabeledYetTheLabeledImagesChoose() {
        Trial better = new Trial("student", 10, new Score(0, 0, 10, 100));
        Trial worse = new Trial("labels", 10, new Score(0, 0, 11, 100));
        Selection selection = new Selection(new Score(0, 0, 14, 100), .02);
        assertThat(selection.choose(List.of(worse, better)).candidate()).isEqualTo("student");
        assertThat(selection.choose(List.of(worse, better)).reason())
                .isEqualTo("student did best, wrong on labeled images: student 10.0%, labels 11.0%; in service 14.0%");
    }

    @Test
    void theBetterHalfGoesOn() {
        assertThat(SELECTION.best(
                        List.of(
                                trial(Candidate.STUDENT, 30, 14),
                                trial(Candidate.CONSISTENCY, 20, 14),
                                trial(Candidate.SCRATCH, 25, 14)),
                        2))
                .extracting(Trial::candidate)
                .containsExactly("consistency", "scratch");
    }

    private static Trial trial(Candidate candidate, int trafficErrors, int labeledErrors) {
        return new Trial(candidate.label(), 10, new Score(trafficErrors, 100, labeledErrors, 100));
    }
}
