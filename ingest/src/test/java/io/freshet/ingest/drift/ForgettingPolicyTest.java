package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ModelVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForgettingPolicyTest {

    private static final DriftConfig TWO_OF_TWO = new DriftConfig(40, 20, .001, 2, Duration.ofHours(1), 2, 2);

    private static final ModelVersion A1 = new ModelVersion("a", 1);
    private static final ModelVersion A2 = new ModelVersion("a", 2);
    private static final ModelVersion A3 = new ModelVersion("a", 3);
    private static final ModelVersion B1 = new ModelVersion("b", 1);
    private static final ModelVersion C1 = new ModelVersion("c", 1);

    @Test
    void whileThereIsRoomAllAreRemembered() {
        assertThat(ForgettingPolicy.makeWayFor(A1, Map.of(), TWO_OF_TWO)).isEmpty();
        assertThat(ForgettingPolicy.makeWayFor(A2, Map.of(A1, seenAt(1)), TWO_OF_TWO))
                .isEmpty();
        assertThat(ForgettingPolicy.makeWayFor(B1, Map.of(A1, seenAt(1), A2, seenAt(2)), TWO_OF_TWO))
                .isEmpty();
    }

    @Test
    void theVersionSilentForLongestMakesWayForAnotherOfItsModel() {
        assertThat(ForgettingPolicy.makeWayFor(A3, Map.of(A1, seenAt(9), A2, seenAt(5), B1, seenAt(1)), TWO_OF_TWO))
                .containsExactly(A2);
    }

    @Test
    void theModelSilentForLongestMakesWayForANewOne() {
        assertThat(ForgettingPolicy.makeWayFor(C1, Map.of(A1, seenAt(1), A2, seenAt(9), B1, seenAt(5)), TWO_OF_TWO))
                .containsExactly(B1);
        assertThat(ForgettingPolicy.makeWayFor(C1, Map.of(A1, seenAt(1), A2, seenAt(2), B1, seenAt(5)), TWO_OF_TWO))
                .containsExactlyInAnyOrder(A1, A2);
    }

    @Test
    void aSmallerBoundThanBeforeIsComeDownTo() {
        DriftConfig one = new DriftConfig(40, 20, .001, 2, Duration.ofHours(1), 1, 1);

        assertThat(ForgettingPolicy.makeWayFor(A3, Map.of(A1, seenAt(1), A2, seenAt(2)), one))
                .containsExactly(A1, A2);
    }

    private static Watch seenAt(long second) {
        return Watch.begin(0, Instant.ofEpochSecond(second));
    }
}
