package io.freshet.protocol.kafka;

import io.freshet.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How to reach a Kafka cluster.
 *
 * @param bootstrapServers {@code host:port}, several with commas between
 * @param properties passed to every client as they are, for SASL and TLS; not to be logged
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> properties) {

    /** How long a service that starts waits for a broker to answer. */
    public static final Duration START_TIMEOUT = Duration.ofSeconds(12);

    public KafkaConnection {
        properties = Map.copyOf(properties);
    }

    public static KafkaConnection to(String bootstrapServers) {
        return new KafkaConnection(bootstrapServers, Map.of());
    }

    /** The configuration of a client: the connection's, and over it the client's own. */
    public Map<String, Object> clientConfig(Map<String, ?> own) {
        Map<String, Object> config = new HashMap<>(properties);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.putAll(own);
        return config;
    }

    /** A producer with Kafka's defaults, of records with a text for a key. The caller closes it. */
    public KafkaProducer<String, byte[]> textKeyedProducer() {
        return new KafkaProducer<>(clientConfig(Map.of()), new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Returns when a broker has answered.
     *
     * @throws BrokerUnreachableException if none does in time
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void requireReachable(Duration timeout) throws InterruptedException {
        try (Admin admin = admin(timeout)) {
            admin.describeCluster().nodes().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new BrokerUnreachableException(bootstrapServers, timeout, e);
        }
    }

    /**
     * Makes the topics of {@link Topics} that are missing; those that exist stay as they are.
     *
     * @param partitions of each topic that carries images
     * @param replicas of each partition
     * @throws KafkaException if the broker refuses, or does not answer
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void createMissingTopics(int partitions, short replicas) throws InterruptedException {
        try (Admin admin = admin(START_TIMEOUT)) {
            Set<String> existing = get(admin.listTopics().names());
            List<NewTopic> missing = new ArrayList<>();
            for (Topics topic : Topics.values()) {
                if (!existing.contains(topic.topicName())) {
                    missing.add(new NewTopic(
                                    topic.topicName(),
                                    Optional.of(topic.partitioned() ? partitions : 1),
                                    Optional.of(replicas))
                            .configs(topic.config()));
                }
            }
            create(admin, missing);
        }
    }

    /** Another service may make the same topics at the same time. */
    private static void create(Admin admin, Collection<NewTopic> missing) throws InterruptedException {
        for (var created : admin.createTopics(missing).values().values()) {
            try {
                created.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException("Cannot make the topics: " + e.getCause(), e.getCause());
                }
            }
        }
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka refused: " + e.getCause(), e.getCause());
        }
    }

    private Admin admin(Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        return Admin.create(clientConfig(Map.of(
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
                Math.min(millis, 5_000),
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis)));
    }

    @Override
    public String toString() {
        return "Kafka at " + bootstrapServers;
    }
}
