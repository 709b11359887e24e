package io.freshet.standalone.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.Topics;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FateTest {

    @Test
    void aTopicAsItIsMadeLosesWhatIsErasedWhenItIsCompacted() {
        Fate fate = Fate.of(Topics.UNLABELED, Topics.UNLABELED.config());

        assertThat(fate.byTombstone()).isTrue();
        assertThat(fate.within()).contains(Duration.ofDays(8));
        assertThat(fate.mend()).isEmpty();
        assertThat(fate.describe()).contains("when Kafka compacts, within 8d");
    }

    @Test
    void aTopicOfArbitraryKeysLosesItWithTime() {
        Fate fate = Fate.of(Topics.TRAFFIC_DLQ, Topics.TRAFFIC_DLQ.config());

        assertThat(fate.byTombstone()).isFalse();
        assertThat(fate.within()).contains(Duration.ofDays(31));
        assertThat(fate.mend()).isEmpty();
    }

    @Test
    void aTopicOfAnEarlierReleaseIsToldWhatItLacks() {
        Fate fate = Fate.of(
                Topics.UNLABELED,
                Map.of("cleanup.policy", "delete", "retention.ms", "2592000000", "segment.ms", "604800000"));

        assertThat(fate.byTombstone()).isFalse();
        assertThat(fate.within()).contains(Duration.ofDays(37));
        assertThat(fate.mend())
                .hasValueSatisfying(settings -> assertThat(settings)
                        .contains("cleanup.policy=[compact,delete]", "max.compaction.lag.ms=604800000"));
    }

    @Test
    void withoutABoundOnCompactionThereIsNone() {
        Fate fate = Fate.of(
                Topics.LABELS,
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "max.compaction.lag.ms",
                        Long.toString(Long.MAX_VALUE),
                        "segment.ms",
                        "604800000"));

        assertThat(fate.within()).isEmpty();
        assertThat(fate.mend()).isPresent();
        assertThat(fate.describe()).contains("at no set time");
    }
}
