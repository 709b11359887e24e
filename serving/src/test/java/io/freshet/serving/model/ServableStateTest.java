package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.ModelVersion;
import io.freshet.serving.testing.TinyModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServableStateTest {

    /** In their order; the last stands for itself. */
    private static final List<ServableState> WAY = List.of(
            new ServableState.Announced(),
            new ServableState.Fetched(),
            new ServableState.Verified(),
            new ServableState.Warmed(),
            new ServableState.Serving(),
            new ServableState.Draining(),
            new ServableState.Retired());

    private static final ServableState REFUSED = new ServableState.Refused("not as announced");

    @Test
    void eachStateLeadsToTheNextAndToNoOtherOnTheWay() {
        for (int from = 0; from < WAY.size(); from++) {
            for (int to = 0; to < WAY.size(); to++) {
                assertThat(WAY.get(from).mayBecome(WAY.get(to)))
                        .as("%s to %s", WAY.get(from), WAY.get(to))
                        .isEqualTo(to == from + 1);
            }
        }
    }

    @Test
    void onlyWhatHasNotServedCanBeRefused() {
        assertThat(WAY.subList(0, 4)).allMatch(state -> state.mayBecome(REFUSED));
        assertThat(WAY.subList(4, 7)).noneMatch(state -> state.mayBecome(REFUSED));
    }

    @Test
    void theEndsAreRetiredAndRefused() {
        assertThat(WAY).filteredOn(ServableState::isLast).containsExactly(new ServableState.Retired());
        assertThat(REFUSED.isLast()).isTrue();
        assertThat(WAY).noneMatch(REFUSED::mayBecome);
    }

    @Test
    void aServableStepsForwardAndNeverBack() {
        Servable servable =
                new Servable(TinyModels.announcement(new ModelVersion("tiny", 3), "tiny/3", "0".repeat(64)));
        servable.advance(new ServableState.Fetched());
        servable.advance(new ServableState.Verified());

        assertThatThrownBy(() -> servable.advance(new ServableState.Fetched()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("tiny/3")
                .hasMessageContaining("Verified");
        assertThat(servable.state()).isEqualTo(new ServableState.Verified());
    }
}
