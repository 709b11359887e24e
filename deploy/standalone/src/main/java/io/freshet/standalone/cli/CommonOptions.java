package io.freshet.standalone.cli;

import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the configuration comes from: options of every command that meets the services. */
final class CommonOptions {

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

    @Option(names = "--store", paramLabel = "FOLDER", description = "The model store.")
    private @Nullable Path store;

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
            arguments.put("store", store.toString());
        }
        FreshetConfig config = new ConfigLoader().load(Optional.ofNullable(file), System.getenv(), arguments);
        return kafkaProperties.isEmpty() ? config : config.withKafkaProperties(kafkaProperties);
    }

    /** The configured Kafka, once it has answered, and with its topics made if that is wanted. */
    static KafkaConnection connect(FreshetConfig config) throws InterruptedException {
        KafkaConnection connection = new KafkaConnection(
                config.kafka().bootstrapServers(), config.kafka().properties());
        connection.requireReachable(KafkaConnection.START_TIMEOUT);
        if (config.kafka().createTopics()) {
            connection.createMissingTopics(
                    config.kafka().partitions(), (short) config.kafka().replicas());
        }
        return connection;
    }

    static ModelStore store(FreshetConfig config) {
        return new FolderModelStore(config.store());
    }
}
