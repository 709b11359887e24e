package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.freshet.kafka.Identity;
import io.freshet.kafka.Overheard;
import io.freshet.kafka.SecureBroker;
import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.lineage.Descriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of the program at a broker that wants TLS, a login and an ACL: who is refused is told so in one line, with
 * exit code 1, and no secret is in that, nor in the log.
 */
@SuppressWarnings("NullAway.Init") // JUnit calls start before all tests
class CommandDoorsIT {

    /** In every secret of this test. */
    private static final String HUSH = "hush-";

    private static final String PASSWORD = HUSH + "password";

    /** May read and write all topics. */
    private static final String OPERATOR = "operator";

    /** May read them. */
    private static final String READER = "reader";

    /** May nothing. */
    private static final String GUEST = "guest";

    private static final String IMAGE = "ab".repeat(32);

    @TempDir
    private static Path shared;

    private static SecureBroker broker;
    private static Overheard log;

    @BeforeAll
    static void start() throws Exception {
        log = Overheard.listenFor(List.of(HUSH), Level.OFF);
        broker = SecureBroker.withPasswords(shared.resolve("kafka"), Map.of());
        broker.admin()
                .createTopics(Arrays.stream(Topics.values())
                        .map(topic -> new NewTopic(topic.topicName(), 1, (short) 1))
                        .toList())
                .all()
                .get();
        for (String user : List.of(OPERATOR, READER, GUEST)) {
            broker.setPassword(user, PASSWORD);
        }
        broker.allow(List.of(
                may(OPERATOR, AclOperation.READ), may(OPERATOR, AclOperation.WRITE), may(READER, AclOperation.READ)));
        Path bundle = Files.createDirectories(shared.resolve("bundle"));
        for (long version : new long[] {1, 2}) {
            ModelBundle.seal(
                    bundle, Descriptors.of(version, Optional.of(version).filter(it -> it > 1), List.of()));
            new FolderModelStore(shared.resolve("store")).put(new ModelVersion(Descriptors.MODEL, version), bundle);
        }
        Files.createDirectories(shared.resolve("images"));
        Files.write(shared.resolve("images/one.png"), new byte[] {1});
        Files.writeString(shared.resolve("labels.csv"), IMAGE + ",boot\n");
        sendDeadLetter();
    }

    private static AclBinding may(String user, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "freshet.", PatternType.PREFIXED),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }

    private static void sendDeadLetter() throws Exception {
        Headers headers = new RecordHeaders();
        new DeadLetter("too-slow", "because", "decode", new TopicPosition(0, 0)).writeTo(headers);
        KafkaConnection operator = new KafkaConnection(broker.bootstrapServers(), broker.login(OPERATOR, PASSWORD));
        try (KafkaProducer<String, byte[]> producer = operator.textKeyedProducer()) {
            producer.send(new ProducerRecord<>(Topics.TRAFFIC_DLQ.topicName(), 0, "", new byte[] {1}, headers))
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
        log.close();
        assertThat(log.leaks()).as("secrets in the log").isEmpty();
        assertThat(log.lines()).as("lines of the log").isGreaterThan(1_000);
    }

    static Stream<List<String>> writing() {
        return Stream.of(
                List.of("produce", shared.resolve("images").toString()),
                List.of("label", shared.resolve("labels.csv").toString()),
                List.of("dlq", "replay", "--reason", "too-slow"),
                List.of("erase", "--image", IMAGE),
                List.of("round"),
                List.of("models", "promote", "m/1"),
                List.of("models", "rollback", "m/1"),
                List.of("models", "pin", "m/1"),
                List.of("models", "unpin", "m"),
                List.of("ingest"),
                List.of("trainer"),
                List.of("serve"));
    }

    static Stream<List<String>> reading() {
        return Stream.of(List.of("dlq", "list"), List.of("lineage", "--image", IMAGE), List.of("models", "list"));
    }

    static Stream<List<String>> all() {
        return Stream.concat(writing(), reading());
    }

    @ParameterizedTest
    @MethodSource("writing")
    void whoMayOnlyReadIsRefusedWhereACommandWrites(List<String> command) throws IOException {
        assertOneLine(freshet(1, command, login(READER)))
                .containsPattern("lacks rights .*: Write on topic freshet\\.")
                .doesNotContain("Read on");
    }

    @ParameterizedTest
    @MethodSource("all")
    void whoHasALoginAndNoRightIsRefusedByEachCommand(List<String> command) throws IOException {
        assertOneLine(freshet(1, command, login(GUEST)))
                .containsPattern("lacks rights .*: (Read|Write) on topic freshet\\.");
    }

    @ParameterizedTest
    @MethodSource("all")
    void whoHasTheWrongPasswordIsRefusedByEachCommand(List<String> command) throws IOException {
        assertOneLine(freshet(1, command, broker.login(OPERATOR, HUSH + "guessed")))
                .contains("Kafka refuses the login", "SCRAM-SHA-512", "sasl.jaas.config");
    }

    @Test
    void whoMayIsLetIn() throws IOException {
        assertThat(freshet(0, List.of("label", shared.resolve("labels.csv").toString()), login(OPERATOR)))
                .contains("1 labels are in freshet.labels");
        assertThat(freshet(0, List.of("dlq", "list"), login(READER))).contains("too-slow");
        assertThat(freshet(0, List.of("models", "list"), login(READER))).contains("m/1");
    }

    @Test
    void whatIsAmissWithTheConnectionIsNamed() throws IOException {
        List<String> command = List.of("dlq", "list");

        Map<String, String> withoutTls = login(OPERATOR);
        withoutTls.put("security.protocol", "SASL_PLAINTEXT");
        assertOneLine(freshet(1, command, withoutTls))
                .contains("Something listens there, but does not answer to SASL_PLAINTEXT", "security.protocol");
        assertOneLine(freshet(1, command, Map.of()))
                .contains("Something listens there, but does not answer to PLAINTEXT", "security.protocol");

        Map<String, String> untrusting = login(OPERATOR);
        untrusting.keySet().removeIf(key -> key.startsWith("ssl."));
        assertOneLine(freshet(1, command, untrusting)).contains("TLS handshake with Kafka fails", "ssl.truststore");

        Map<String, String> withoutFile = login(OPERATOR);
        withoutFile.put("ssl.truststore.location", "/nowhere/ca.pem");
        assertOneLine(freshet(1, command, withoutFile)).contains("/nowhere/ca.pem");
    }

    @Test
    void aPropertyThatIsNotUnderstoodIsNotQuoted() throws Exception {
        for (String wrong : List.of(
                "ScramLoginModule required username=\"u\" password=\"hush-half\" hush-other-half\";",
                "ScramLoginModule required password=hush-word",
                "hush-alone")) {
            Map<String, String> login = login(OPERATOR);
            login.put("sasl.jaas.config", wrong);
            assertOneLine(freshet(1, List.of("dlq", "list"), login)).contains("sasl.jaas.config");
        }

        Map<String, String> login = login(OPERATOR);
        Identity identity = Identity.make(shared, "client", HUSH + "of-the-key-store");
        login.put("ssl.keystore.type", "PKCS12");
        login.put("ssl.keystore.location", identity.keyStore().toString());
        login.put("ssl.keystore.password", HUSH + "guessed");
        assertOneLine(freshet(1, List.of("dlq", "list"), login)).contains("kafka.properties", "client.p12");
    }

    @Test
    void aFileThatIsNoYamlIsNotQuoted() throws IOException {
        for (String wrong : List.of(
                "serving: &hush-anchor *hush-alias\n",
                "serving:\n  adminToken: \"hush-open\n",
                "kafka:\n  properties:\n    sasl.jaas.config: Module required password: hush-colon\n",
                "kafka:\n  properties: hush-value\n",
                "kafka:\n  properties:\n    sasl.jaas.config: [hush-list]\n",
                "serving:\n  adminToken: {hush-key: 1}\n",
                "serving:\n  adminTokn: hush-misspelt\n",
                "trainer: hush-trainer\n")) {
            Path file = Files.writeString(shared.resolve("wrong.yaml"), wrong);
            String said = Cli.run(1, "config", "--config", file.toString(), "--verbose");
            assertThat(said).as(wrong).startsWith("freshet: ").doesNotContain(HUSH);
        }
    }

    @Test
    void theConfigurationIsShownWithoutSecrets() throws IOException {
        Path file = Files.writeString(configuration(login(OPERATOR)), """
                serving:
                  adminToken: hush-token
                ingest:
                  audit:
                    salt: hush-salt
                """, StandardOpenOption.APPEND);
        assertThat(Cli.run(0, "config", "--config", file.toString()))
                .contains("sasl.jaas.config: (not shown)", "adminToken: (not shown)", "salt: (not shown)")
                .doesNotContain(HUSH);
    }

    private static AbstractStringAssert<?> assertOneLine(String said) {
        List<String> errors =
                said.lines().filter(line -> line.startsWith("freshet: ")).toList();
        assertThat(errors).as(said).hasSize(1);
        assertThat(said).doesNotContain("a fault of the program", "\tat ", HUSH);
        return assertThat(errors.getFirst());
    }

    private static Map<String, String> login(String user) {
        return new HashMap<>(broker.login(user, PASSWORD));
    }

    private static String freshet(int code, List<String> command, Map<String, String> properties) throws IOException {
        return Cli.run(
                code,
                Stream.concat(
                                command.stream(),
                                Stream.of("--config", configuration(properties).toString()))
                        .toArray(String[]::new));
    }

    /** The secrets are in the file, as they would be. */
    private static Path configuration(Map<String, String> properties) throws IOException {
        String lines = properties.entrySet().stream()
                .map(property -> "    " + property.getKey() + ": '" + property.getValue() + "'\n")
                .collect(Collectors.joining());
        return Files.writeString(
                shared.resolve("freshet.yaml"),
                "kafka:\n  bootstrapServers: " + broker.bootstrapServers() + "\n  createTopics: false\n  properties:"
                        + (lines.isEmpty() ? " {}" : "") + "\n" + lines + "store: " + shared.resolve("store")
                        + "\ntrainer:\n  labeled: " + shared.resolve("images") + "\n");
    }
}
