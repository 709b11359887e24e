package io.freshet.standalone.config;

import io.freshet.ingest.IngestConfig;
import io.freshet.serving.ServingConfig;
import io.freshet.standalone.tracing.TracingConfig;
import io.freshet.trainer.service.TrainerConfig;
import java.util.HashMap;
import java.util.Map;

/**
 * The configuration of all services; each reads its part and what they share.
 *
 * @param store the model store, which trainer and serving share: a folder, or {@code s3://BUCKET/PREFIX}
 */
public record FreshetConfig(
        KafkaConfig kafka,
        String store,
        AdminConfig admin,
        TracingConfig tracing,
        IngestConfig ingest,
        TrainerConfig trainer,
        ServingConfig serving) {

    private static final String S3 = "s3://";

    public FreshetConfig {
        if (store.contains("://") && !store.startsWith(S3)) {
            throw new IllegalArgumentException(
                    "The model store is a folder, or s3://BUCKET/PREFIX, and not '" + store + "'");
        }
    }

    /** Whether the model store is in a bucket. */
    public boolean storedOnS3() {
        return store.startsWith(S3);
    }

    /**
     * How Kafka is reached, and what its topics are like where they have to be made.
     *
     * @param bootstrapServers {@code host:port}, several with commas between
     * @param properties passed to Kafka's clients as they are, for SASL and TLS
     * @param createTopics whether a service makes the topics that are missing when it starts
     * @param partitions of each topic that carries images, where it is made
     * @param replicas of each partition, where its topic is made; -1 for the broker's default
     */
    public record KafkaConfig(
            String bootstrapServers,
            Map<String, String> properties,
            boolean createTopics,
            int partitions,
            int replicas) {

        public KafkaConfig {
            properties = Map.copyOf(properties);
            if (bootstrapServers.isBlank()) {
                throw new IllegalArgumentException("bootstrapServers is empty: where is Kafka?");
            }
            if (partitions < 1) {
                throw new IllegalArgumentException("A topic has at least one partition, not " + partitions);
            }
        }

        /** Without the properties, which hold secrets. */
        @Override
        public String toString() {
            return "KafkaConfig[" + bootstrapServers + "]";
        }
    }

    /**
     * Where ingest, trainer and labellers answer for their health and metrics; serving does on its own port.
     *
     * @param ingestPort 0 for any that is free
     * @param trainerPort 0 for any that is free
     * @param labellerPort 0 for any that is free, as where several run on one machine
     */
    public record AdminConfig(String host, int ingestPort, int trainerPort, int labellerPort) {}

    public static FreshetConfig defaults() {
        return new FreshetConfig(
                new KafkaConfig("localhost:9092", Map.of(), true, 4, -1),
                "data/models",
                new AdminConfig("0.0.0.0", 8081, 8082, 8083),
                TracingConfig.defaults(),
                IngestConfig.defaults(),
                TrainerConfig.defaults(),
                ServingConfig.defaults());
    }

    /** The same with more properties for Kafka's clients. */
    public FreshetConfig withKafkaProperties(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(kafka.properties());
        properties.putAll(more);
        return new FreshetConfig(
                new KafkaConfig(
                        kafka.bootstrapServers(),
                        properties,
                        kafka.createTopics(),
                        kafka.partitions(),
                        kafka.replicas()),
                store,
                admin,
                tracing,
                ingest,
                trainer,
                serving);
    }
}
