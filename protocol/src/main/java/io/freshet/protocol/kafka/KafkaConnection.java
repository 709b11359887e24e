package io.freshet.protocol.kafka;

import io.freshet.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
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

    /** As Kafka's clients wait between one try and the next. */
    private static final Duration UNKNOWN_BACKOFF = Duration.ofMillis(100);

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
     * @throws KafkaRefusedException if one does not let this program in, or the properties make no client
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void requireReachable(Duration timeout) throws InterruptedException {
        try (Admin admin = admin(timeout)) {
            admin.describeCluster().nodes().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Optional<KafkaRefusedException> refused = KafkaRefusedException.in(e);
            if (refused.isPresent()) {
                throw refused.get();
            }
            throw new BrokerUnreachableException(
                    bootstrapServers, timeout, Listening.at(bootstrapServers), protocol(), e);
        }
    }

    private String protocol() {
        return properties.getOrDefault(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL);
    }

    /**
     * Returns if this user may do all of that; topics that are not there are passed over.
     *
     * @throws KafkaRefusedException naming all that it may not
     * @throws org.apache.kafka.common.errors.TimeoutException if Kafka does not answer in time
     * @throws KafkaException if Kafka cannot say
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void requireAccess(TopicAccess access, Duration timeout) throws InterruptedException {
        List<String> missing = new ArrayList<>();
        try (Admin admin = admin(timeout)) {
            Map<String, KafkaFuture<TopicDescription>> topics = new TreeMap<>(
                    admin.describeTopics(access.topics(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .topicNameValues());
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : topics.entrySet()) {
                Set<AclOperation> allowed = allowed(topic.getValue());
                if (access.read().contains(topic.getKey()) && !allowed.contains(AclOperation.READ)) {
                    missing.add("Read on topic " + topic.getKey());
                }
                if (access.written().contains(topic.getKey()) && !allowed.contains(AclOperation.WRITE)) {
                    missing.add("Write on topic " + topic.getKey());
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new KafkaRefusedException("The Kafka user of this program lacks rights (ACLs) that it needs at "
                    + bootstrapServers + ": " + String.join(", ", missing));
        }
    }

    /** All where the broker does not tell, or the topic is not there: then nobody was refused. */
    private static Set<AclOperation> allowed(KafkaFuture<TopicDescription> topic) throws InterruptedException {
        try {
            Set<AclOperation> allowed = topic.get().authorizedOperations();
            return allowed == null ? EnumSet.allOf(AclOperation.class) : allowed;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicAuthorizationException) {
                return Set.of();
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return EnumSet.allOf(AclOperation.class);
            }
            throw new KafkaException("Kafka does not say what this user may do: " + e.getCause(), e.getCause());
        }
    }

    /**
     * Makes the topics of {@link Topics} that are missing; those that exist stay as they are.
     *
     * @param partitions of each topic that carries images
     * @param replicas of each partition
     * @throws KafkaRefusedException if this user may not make them
     * @throws KafkaException if the broker does not answer, or cannot make them
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
            awaitLeaders(admin, create(admin, missing));
        }
    }

    /**
     * Another service may make the same topics at the same time.
     *
     * @return those that were made here
     */
    private static List<NewTopic> create(Admin admin, Collection<NewTopic> missing) throws InterruptedException {
        List<NewTopic> made = new ArrayList<>(missing);
        for (var created : admin.createTopics(missing).values().entrySet()) {
            try {
                created.getValue().get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AuthorizationException) {
                    throw new KafkaRefusedException(
                            "The Kafka user of this program does not see the topic " + created.getKey()
                                    + ", and may not make it. It needs rights (ACLs) there; where topics are made by"
                                    + " others, set kafka.createTopics: false",
                            e);
                }
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException("Cannot make the topics: " + e.getCause(), e.getCause());
                }
                made.removeIf(topic -> topic.name().equals(created.getKey()));
            }
        }
        return made;
    }

    /**
     * For a moment a broker does not know a new topic, or does not lead it yet. An idempotent producer whose first batch comes
     * then, and is turned away, and whose second is taken, sends the first in vain until its time is over, and it is lost.
     */
    private static void awaitLeaders(Admin admin, List<NewTopic> made) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (NewTopic topic : made) {
            for (int partition = 0; partition < topic.numPartitions(); partition++) {
                partitions.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        long start = System.nanoTime();
        while (true) {
            try {
                admin.listOffsets(partitions).all().get(); // which only a leader answers
                return;
            } catch (ExecutionException e) {
                // The client itself tries again where a partition has no leader, but not where a topic is unknown.
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || System.nanoTime() - start > START_TIMEOUT.toNanos()) {
                    throw new KafkaException("Kafka does not lead the topics that it has made: " + e.getCause(), e);
                }
            }
            Thread.sleep(UNKNOWN_BACKOFF);
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
        Map<String, Object> config = clientConfig(Map.of(
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
                Math.min(millis, 5_000),
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis));
        try {
            return Admin.create(config);
        } catch (KafkaException e) {
            String reasons = reasons(e);
            if (reasons.contains(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
                throw e; // a name that cannot be looked up yet, perhaps: as good as a broker that is away
            }
            if (reasons.contains("JAAS")) {
                // Without the cause, which quotes what it does not understand: a part of the password, perhaps.
                throw new KafkaRefusedException(
                        "sasl.jaas.config in kafka.properties is not of the form MODULE required username=\"...\""
                                + " password=\"...\"; with the semicolon, and with a \\ before each \" of a value");
            }
            throw new KafkaRefusedException("Kafka's client cannot be made from kafka.properties: " + reasons, e);
        }
    }

    /** The first message says only that there is no client. */
    private static String reasons(Throwable failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(cause -> String.valueOf(cause.getMessage()))
                .distinct()
                .collect(Collectors.joining(": "));
    }

    @Override
    public String toString() {
        return "Kafka at " + bootstrapServers;
    }
}
