package io.freshet.manifests;

import io.freshet.kafka.SecureBroker;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.FreshetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Kafka as an overlay has it: its users, over TLS and with SCRAM, with the ACLs that they have there, and the topics. The
 * caller closes it.
 */
final class ManifestBroker implements AutoCloseable {

    /** A user with a password, and without any ACL. */
    static final String STRANGER = "stranger";

    private final SecureBroker broker;

    private ManifestBroker(SecureBroker broker) {
        this.broker = broker;
    }

    /** @param settings of the broker */
    static ManifestBroker start(Path folder, Overlay overlay, Map<String, String> settings)
            throws IOException, InterruptedException, ExecutionException {
        List<Manifest> users = overlay.manifests("KafkaUser"); // or the test is skipped before there is a broker
        SecureBroker broker = SecureBroker.withPasswords(folder, settings);
        try {
            int partitions = FreshetConfig.defaults().kafka().partitions();
            broker.admin()
                    .createTopics(Arrays.stream(Topics.values())
                            .map(topic -> new NewTopic(
                                            topic.topicName(), topic.partitioned() ? partitions : 1, (short) 1)
                                    .configs(topic.config()))
                            .toList())
                    .all()
                    .get();
            broker.setPassword(STRANGER, password(STRANGER));
            for (Manifest user : users) {
                broker.setPassword(user.name(), password(user.name()));
            }
            broker.allow(Access.bindings(users));
            return new ManifestBroker(broker);
        } catch (ExecutionException | InterruptedException | RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /** One that is easily told from other words. */
    static String password(String user) {
        return "hush-" + user + "-hush";
    }

    SecureBroker broker() {
        return broker;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** What a client of a user sets. */
    Map<String, String> login(String user) {
        return broker.login(user, password(user));
    }

    KafkaConnection connection(String user) {
        return new KafkaConnection(bootstrapServers(), login(user));
    }

    /** The same with other properties, or without those of them that are empty. */
    KafkaConnection connection(String user, Map<String, String> other) {
        Map<String, String> properties = new HashMap<>(login(user));
        properties.putAll(other);
        properties.values().removeIf(String::isEmpty);
        return new KafkaConnection(bootstrapServers(), properties);
    }

    @Override
    public void close() {
        broker.close();
    }
}
