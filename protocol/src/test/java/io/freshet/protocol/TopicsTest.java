package io.freshet.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void whatIsKeyedByAnImageOrAnEventCanBeErasedByATombstone() {
        for (Topics topic : List.of(Topics.UNLABELED, Topics.LABEL_REQUESTS, Topics.ANSWERED)) {
            assertThat(topic.config())
                    .containsEntry("cleanup.policy", "compact,delete")
                    .containsEntry("retention.ms", Long.toString(30L * 24 * 60 * 60 * 1_000));
        }
        assertThat(Topics.LABELS.config())
                .containsEntry("cleanup.policy", "compact")
                .doesNotContainKey("retention.ms");
    }

    @Test
    void noTombstoneWaitsForEver() {
        assertThat(Arrays.stream(Topics.values()).filter(topic -> topic.partitioned() && topic.compacted()))
                .isNotEmpty()
                .allSatisfy(topic -> assertThat(topic.config()).containsKeys("max.compaction.lag.ms", "segment.ms"));
    }

    @Test
    void whatHasArbitraryKeysGoesByTimeAlone() {
        for (Topics topic : List.of(Topics.TRAFFIC, Topics.TRAFFIC_DLQ)) {
            assertThat(topic.config())
                    .containsEntry("cleanup.policy", "delete")
                    .containsKeys("retention.ms", "segment.ms");
        }
    }
}
