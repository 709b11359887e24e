package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServableStateTest {

    /** In their order; the last stands for itself. */
    private static final List<ServableState> WAY = List.of(
            new ServableState.Announced(),
            new ServableState.Fetched(),
            new ServableState.Verified(),
            new ServableState.Warmed(),
            new ServableState.Shadowing(),
            new ServableState.Canary(),
            new ServableState.Serving(),
            new ServableState.Draining(Optional.empty()),
            new ServableState.Retired(Optional.empty()));

    private static final int WARMED = 3;
    private static final int SERVING = 6;
    private static final int DRAINING = 7;

    private static final ServableState REFUSED = new ServableState.Refused("not as announced");

    /** Stages may be left out, and what is loaded may be given up. */
    private static boolean isShortcut(int from, int to) {
        boolean pastStages = from >= WARMED && to <= SERVING && from < to;
        boolean givenUp = from >= WARMED && from < DRAINING && to == DRAINING;
        return pastStages || givenUp;
    }

    @Test
    void eachStateLeadsToTheNextOrPastTheStagesOfATrial() {
        for (int from = 0; from < WAY.size(); from++) {
            for (int to = 0; to < WAY.size(); to++) {
                assertThat(WAY.get(from).mayBecome(WAY.get(to)))
                        .as("%s to %s", WAY.get(from), WAY.get(to))
                        .isEqualTo(to == from + 1 || isShortcut(from, to));
            }
        }
    }

    @Test
    void onlyWhatHasNotServedCanBeRefused() {
        assertThat(WAY.subList(0, 4)).allMatch(state -> state.mayBecome(REFUSED));
        assertThat(WAY.subList(4, WAY.size())).noneMatch(state -> state.mayBecome(REFUSED));
    }

    @Test
    void theEndsAreRetiredAndRefused() {
        assertThat(WAY).filteredOn(ServableState::isLast).containsExactly(new ServableState.Retired(Optional.empty()));
        assertThat(REFUSED.isLast()).isTrue();
        assertThat(WAY).noneMatch(REFUSED::mayBecome);
    }

    @Test
    void aServableStepsForwardAndNeverBack() {
        Servable servable = new Servable(
                TinyModels.announcement(new ModelVersion("tiny", 3), "tiny/3", "0".repeat(64)),
                Timer.start(new SimpleMeterRegistry()),
                Tracing.off());
        servable.advance(new ServableState.Fetched());
        servable.advance(new ServableState.Verified());

        assertThatThrownBy(() -> servable.advance(new ServableState.Fetched()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("tiny/3")
                .hasMessageContaining("Verified");
        assertThat(servable.state()).isEqualTo(new ServableState.Verified());
    }

    @Test
    void whatAVersionWasWithdrawnForStaysKnownWhenItIsClosed() {
        Servable servable = new Servable(
                TinyModels.announcement(new ModelVersion("tiny", 3), "tiny/3", "0".repeat(64)),
                Timer.start(new SimpleMeterRegistry()),
                Tracing.off());
        WAY.subList(1, WARMED + 2).forEach(servable::advance);
        servable.advance(new ServableState.Draining(Optional.of("it is slow")));
        servable.retire();

        assertThat(servable.state()).isEqualTo(new ServableState.Retired(Optional.of("it is slow")));
    }
}
