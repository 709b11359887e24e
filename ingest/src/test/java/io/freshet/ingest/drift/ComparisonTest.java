package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.ingest.drift.Comparison.Statistic;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final Statistic STEADY = new Statistic(.05, 1);
    private static final Statistic MOVED = new Statistic(.312, 2.1e-12);
    private static final Statistic MOVED_FURTHER = new Statistic(.4, 1e-20);

    @Test
    void itTellsPeopleWhatMovedAndHowSurely() {
        assertThat(new Comparison(MOVED, Optional.empty(), List.of(STEADY, MOVED, MOVED_FURTHER), .001).describe())
                .isEqualTo("confidence: D=0.31, p=2e-12; 2 of 3 embedding statistics moved, the furthest D=0.40,"
                        + " p=1e-20");
        assertThat(new Comparison(STEADY, Optional.empty(), List.of(STEADY), .001).describe())
                .isEqualTo("confidence steady; 0 of 1 embedding statistics moved");
        assertThat(new Comparison(MOVED, Optional.empty(), List.of(), .001).describe())
                .isEqualTo("confidence: D=0.31, p=2e-12");
        assertThat(new Comparison(STEADY, Optional.of(new ClassShares(.4, 1e-9)), List.of(), .001).describe())
                .isEqualTo("confidence steady; classes: PSI=0.40, p=1e-09");
        assertThat(new Comparison(STEADY, Optional.of(new ClassShares(.01, 1)), List.of(), .001).describe())
                .isEqualTo("confidence steady; classes steady");
        assertThat(new Statistic(1, 0)).hasToString("D=1.00, p<1e-99");
    }

    @Test
    void itDriftsIfAnyStatisticMoved() {
        assertThat(new Comparison(STEADY, Optional.empty(), List.of(STEADY, MOVED), .001).isDrifting())
                .isTrue();
        assertThat(new Comparison(STEADY, Optional.of(new ClassShares(.4, 1e-9)), List.of(), .001).isDrifting())
                .isTrue();
        assertThat(new Comparison(STEADY, Optional.of(new ClassShares(.4, .2)), List.of(STEADY, STEADY), .001)
                        .isDrifting())
                .isFalse();
    }

    @Test
    void itsDistanceIsThatOfTheStatisticThatMovedTheFurthest() {
        assertThat(new Comparison(MOVED, Optional.empty(), List.of(STEADY, MOVED_FURTHER), .001).largestDistance())
                .isEqualTo(.4);
    }
}
