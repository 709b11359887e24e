package io.freshet.standalone.cli;

import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.claim.ImageStore;
import io.freshet.protocol.kafka.BrokerUnreachableException;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.kafka.TopicAccess;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.service.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Where the configuration comes from: options of every command that meets the services. */
final class CommonOptions {

    private static final Logger LOG = LoggerFactory.getLogger(CommonOptions.class);
    private static final Duration GLANCE = Duration.ofSeconds(2);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "YAML file with the configuration. Variables of the environment such as"
                    + " FRESHET__KAFKA__BOOTSTRAP_SERVERS stand over it, and options over both.")
    private @Nullable Path file;

    @Option(
            names = {"-b", "--bootstrap-servers"},
            paramLabel = "HOST:PORT",
            description = "Where Kafka is; several with commas between.")
    private @Nullable String bootstrapServers;

    @Option(
            names = {"-P", "--kafka-property"},
            paramLabel = "KEY=VALUE",
            description = "A property of Kafka's clients, as it is: for SASL and TLS. Can be given more than once."
                    + " Other users of the machine see it: better in the file.")
    private Map<String, String> kafkaProperties = Map.of();

    @Option(names = "--store", paramLabel = "FOLDER", description = "The model store: a folder, or s3://BUCKET/PREFIX.")
    private @Nullable String store;

    @Option(
            names = {"-D", "--set"},
            paramLabel = "KEY=VALUE",
            description = "Any key of the configuration, as in -D serving.port=9000. Can be given more than once.")
    private Map<String, String> settings = Map.of();

    FreshetConfig load() {
        Map<String, String> arguments = new LinkedHashMap<>(settings);
        if (bootstrapServers != null) {
            arguments.put("kafka.bootstrapServers", bootstrapServers);
        }
        if (store != null) {
            arguments.put("store", store);
        }
        FreshetConfig config = new ConfigLoader().load(Optional.ofNullable(file), System.getenv(), arguments);
        return kafkaProperties.isEmpty() ? config : config.withKafkaProperties(kafkaProperties);
    }

    /** The configured Kafka, once it has answered, and with its topics made if that is wanted. */
    static KafkaConnection connect(FreshetConfig config) throws InterruptedException {
        KafkaConnection connection = connection(config);
        connection.requireReachable(KafkaConnection.START_TIMEOUT);
        createTopics(config, connection);
        return connection;
    }

    /**
     * The same, if its user may do that to the topics: a command that writes shall not be refused halfway.
     *
     * @throws io.freshet.protocol.kafka.KafkaRefusedException naming all that it may not
     */
    static KafkaConnection connect(FreshetConfig config, Set<Topics> read, Set<Topics> written)
            throws InterruptedException {
        KafkaConnection connection = connect(config);
        connection.requireAccess(TopicAccess.of(read, written), KafkaConnection.START_TIMEOUT);
        return connection;
    }

    /** As {@link #connect}; where Kafka does not answer soon, that is left to those who need it. */
    static KafkaConnection connectIfThere(FreshetConfig config) throws InterruptedException {
        KafkaConnection connection = connection(config);
        try {
            connection.requireReachable(GLANCE);
            createTopics(config, connection);
        } catch (BrokerUnreachableException e) {
            LOG.debug("Kafka is not there yet", e);
        }
        return connection;
    }

    private static KafkaConnection connection(FreshetConfig config) {
        return new KafkaConnection(
                config.kafka().bootstrapServers(), config.kafka().properties());
    }

    private static void createTopics(FreshetConfig config, KafkaConnection connection) throws InterruptedException {
        if (config.kafka().createTopics()) {
            connection.createMissingTopics(
                    config.kafka().partitions(), (short) config.kafka().replicas());
        }
    }

    /** Where large images lie, as ingest knows it. */
    static Optional<ImageStore> images(FreshetConfig config) {
        return config.ingest().images().store().map(Stores::openImages);
    }

    static ModelStore store(FreshetConfig config) {
        return Stores.open(config);
    }
}
