package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.Topics;
import io.freshet.standalone.config.FreshetConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TopicsTest {

    @ParameterizedTest
    @EnumSource
    void thereIsATopicForEachThatTheCodeHasAndNoOther(Overlay overlay) {
        assertThat(overlay.manifests("KafkaTopic"))
                .extracting(Manifest::name)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Topics.values()).map(Topics::topicName).toList());
    }

    @ParameterizedTest
    @EnumSource
    void topicsAreAsTheProgramWouldMakeThem(Overlay overlay) {
        int partitions = FreshetConfig.defaults().kafka().partitions();
        int replicas = overlay == Overlay.DEV ? 1 : 3;
        for (Topics topic : Topics.values()) {
            Manifest manifest = overlay.manifest("KafkaTopic", topic.topicName());
            Map<String, String> config = new HashMap<>(topic.config());
            config.put("min.insync.replicas", overlay == Overlay.DEV ? "1" : "2");
            assertThat(Manifest.texts(manifest.at("/spec/config")))
                    .as("configuration of %s", topic)
                    .containsExactlyInAnyOrderEntriesOf(config);
            assertThat(manifest.at("/spec/partitions").asInt())
                    .as("partitions of %s", topic)
                    .isEqualTo(topic.partitioned() ? partitions : 1);
            assertThat(manifest.at("/spec/replicas").asInt()).isEqualTo(replicas);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatBelongsToKafkaNamesTheCluster(Overlay overlay) {
        String cluster = overlay.manifests("Kafka").getFirst().name();
        for (String kind : new String[] {"KafkaTopic", "KafkaUser", "KafkaNodePool"}) {
            assertThat(overlay.manifests(kind))
                    .isNotEmpty()
                    .allSatisfy(manifest -> assertThat(manifest.labels()).containsEntry("strimzi.io/cluster", cluster));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thereAreBrokersForTheReplicas(Overlay overlay) {
        int brokers = overlay.manifests("KafkaNodePool").stream()
                .filter(pool -> Manifest.elements(pool.at("/spec/roles")).stream()
                        .anyMatch(role -> role.asText().equals("broker")))
                .mapToInt(pool -> pool.at("/spec/replicas").asInt())
                .sum();
        assertThat(brokers)
                .isGreaterThanOrEqualTo(overlay.manifest("KafkaTopic", "freshet.traffic")
                        .at("/spec/replicas")
                        .asInt());
    }
}
