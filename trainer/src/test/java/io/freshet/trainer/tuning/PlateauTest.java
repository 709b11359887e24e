package io.freshet.trainer.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlateauTest {

    private final Plateau plateau = new Plateau(3, .01);

    @Test
    void itIsReachedWhenNoScoreIsBetterForSoLong() {
        assertThat(plateau.isReached(List.of(.9, .8, .81, .82))).isFalse();
        assertThat(plateau.isReached(List.of(.9, .8, .81, .82, .8))).isTrue();
        assertThat(plateau.best(List.of(.9, .8, .81, .82, .8))).isEqualTo(1);
    }

    @Test
    void aGainThatIsTooSmallIsNone() {
        assertThat(plateau.best(List.of(.8, .795, .794, .793))).isZero();
        assertThat(plateau.isReached(List.of(.8, .795, .794, .793))).isTrue();
    }

    @Test
    void scoresThatGoOnFallingReachNone() {
        assertThat(plateau.isReached(List.of(.9, .8, .7, .6, .5, .4))).isFalse();
        assertThat(plateau.isReached(List.of())).isFalse();
    }
}
