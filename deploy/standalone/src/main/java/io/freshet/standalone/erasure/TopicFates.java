package io.freshet.standalone.erasure;

import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;

/** Asks a broker how long its topics keep what was erased. */
public final class TopicFates {

    private static final List<Topics> TOPICS = Stream.concat(
                    Sweep.TOPICS.stream(), Stream.of(Topics.TRAFFIC, Topics.TRAFFIC_DLQ))
            .toList();

    private TopicFates() {}

    /**
     * The fate of each topic that an image comes through.
     *
     * @throws KafkaException if the broker refuses
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static List<Fate> read(KafkaConnection connection) throws InterruptedException {
        List<ConfigResource> resources = TOPICS.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName()))
                .toList();
        try (Admin admin = Admin.create(connection.clientConfig(Map.of()))) {
            Map<ConfigResource, Config> configs =
                    admin.describeConfigs(resources).all().get();
            List<Fate> fates = new ArrayList<>();
            for (Topics topic : TOPICS) {
                Map<String, String> values = new HashMap<>();
                configs.forEach((resource, config) -> {
                    if (resource.name().equals(topic.topicName())) {
                        config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
                    }
                });
                fates.add(Fate.of(topic, values));
            }
            return fates;
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot read the topics' configuration: " + e.getCause(), e.getCause());
        }
    }
}
