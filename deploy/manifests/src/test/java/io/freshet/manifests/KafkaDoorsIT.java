package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.freshet.ingest.IngestService;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.kafka.KafkaRefusedException;
import io.freshet.protocol.kafka.TopicAccess;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.service.FreshetService;
import io.freshet.standalone.service.ServiceAccess;
import io.freshet.standalone.service.Services;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Each door of Kafka, over TLS and SCRAM, with the users and ACLs of the manifests: who does not have the right is refused,
 * and a service that lacks one says which, and stops.
 */
final class KafkaDoorsIT {

    private static final Overlay OVERLAY = Overlay.LABELLED; // production, with all users
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final byte[] KEY = {1};

    @TempDir
    private static Path shared;

    private static ManifestBroker broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = ManifestBroker.start(shared.resolve("kafka"), OVERLAY, Map.of());
        // So that there is something to read in each topic. No service of this test gets as far as that.
        try (KafkaProducer<byte[], byte[]> producer = producer(broker.connection("freshet-console"), Map.of())) {
            for (Topics topic : Topics.values()) {
                producer.send(new ProducerRecord<>(topic.topicName(), 0, KEY, KEY))
                        .get();
            }
        }
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) { // else there was no kubectl
            broker.close();
        }
    }

    static Stream<String> users() {
        return Stream.concat(
                OVERLAY.manifests("KafkaUser").stream().map(Manifest::name), Stream.of(ManifestBroker.STRANGER));
    }

    private static Set<Access> rights(String user) {
        return OVERLAY.manifests("KafkaUser").stream()
                .filter(manifest -> manifest.name().equals(user))
                .findFirst()
                .map(Access::of)
                .orElse(Set.of());
    }

    private static boolean may(String user, String operation, String type, String resource) {
        return rights(user).stream().anyMatch(right -> right.allows(operation, type, resource));
    }

    @ParameterizedTest
    @MethodSource("users")
    void aUserReadsAndWritesTheTopicsOfItsAclsAndNoOther(String user) throws Exception {
        KafkaConnection connection = broker.connection(user);
        for (Topics topic : Topics.values()) {
            assertThat(canWrite(connection, topic))
                    .as("%s writes %s", user, topic)
                    .isEqualTo(may(user, "Write", "topic", topic.topicName()));
            assertThat(canRead(connection, topic))
                    .as("%s reads %s", user, topic)
                    .isEqualTo(may(user, "Read", "topic", topic.topicName()));
        }
    }

    private static boolean canWrite(KafkaConnection connection, Topics topic) throws InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer = producer(connection, Map.of())) {
            producer.send(new ProducerRecord<>(topic.topicName(), 0, KEY, KEY)).get();
            return true;
        } catch (ExecutionException e) {
            // Of the cluster, where a user may write to no topic at all.
            assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
            return false;
        }
    }

    private static boolean canRead(KafkaConnection connection, Topics topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(connection, Map.of())) {
            TopicPartition first = new TopicPartition(topic.topicName(), 0);
            consumer.assign(List.of(first));
            consumer.seek(first, 0);
            await().atMost(PATIENCE)
                    .until(() -> !consumer.poll(Duration.ofMillis(200)).isEmpty());
            return true;
        } catch (TopicAuthorizationException e) {
            assertThat(e.unauthorizedTopics()).containsExactly(topic.topicName());
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("users")
    void aUserCommitsInTheGroupsAndWritesUnderTheTransactionalIdsOfItsAclsAndNoOther(String user) {
        KafkaConnection connection = broker.connection(user);
        for (String group : List.of("freshet-ingest", "freshet-serving", "freshet-ingest2", "freshet-labelling")) {
            // Of a topic that it may read, or that would be refused in the group's place.
            String topic = Arrays.stream(Topics.values())
                    .map(Topics::topicName)
                    .filter(name -> may(user, "Read", "topic", name))
                    .findFirst()
                    .orElse(Topics.TRAFFIC.topicName());
            assertThat(canCommit(connection, group, topic))
                    .as("%s commits in %s", user, group)
                    .isEqualTo(may(user, "Read", "group", group));
        }
        for (String id :
                List.of("freshet-ingest-1", "freshet-trainer-other", "freshet-serving-1", "freshet-labelling-1")) {
            assertThat(canBegin(connection, id))
                    .as("%s writes under %s", user, id)
                    .isEqualTo(may(user, "Write", "transactionalId", id));
        }
    }

    private static boolean canCommit(KafkaConnection connection, String group, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(connection, Map.of("group.id", group))) {
            TopicPartition first = new TopicPartition(topic, 0);
            consumer.assign(List.of(first));
            consumer.commitSync(Map.of(first, new OffsetAndMetadata(0)));
            return true;
        } catch (GroupAuthorizationException e) {
            assertThat(e.groupId()).isEqualTo(group);
            return false;
        } catch (TopicAuthorizationException e) {
            return false; // it does not even see a topic
        }
    }

    private static boolean canBegin(KafkaConnection connection, String id) {
        try (KafkaProducer<byte[], byte[]> producer = producer(connection, Map.of("transactional.id", id))) {
            producer.initTransactions();
            return true;
        } catch (TransactionalIdAuthorizationException e) {
            return false;
        }
    }

    @Test
    void noUserMakesTopicsThatItDoesNotSee() {
        users().filter(user -> !user.equals("freshet-console")) // which sees all
                .forEach(user -> assertThatThrownBy(
                                () -> broker.connection(user).createMissingTopics(1, (short) 1))
                        .as("topics by %s", user)
                        .isInstanceOf(KafkaRefusedException.class)
                        .hasMessageContaining("kafka.createTopics: false"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "trainer", "serving"})
    void aServiceThatLacksARightNamesItAndDoesNotStart(String service) throws Exception {
        FreshetConfig config = config(service);
        TopicAccess needed = needed(service, config);
        String user = "freshet-" + service;
        List<String> refused = new ArrayList<>();
        for (Access right : rights(user)) {
            for (String operation : List.of("Read", "Write")) {
                if (uses(needed, operation).contains(right.name())
                        && right.operations().contains(operation)) {
                    String named = operation + " on topic " + right.name();
                    without(
                            List.of(right.binding(user, operation)),
                            () -> assertThatThrownBy(() -> start(service, config))
                                    .as("%s without %s", service, named)
                                    .isInstanceOf(KafkaRefusedException.class)
                                    .hasMessageEndingWith(": " + named));
                    refused.add(named);
                }
            }
        }
        assertThat(refused).hasSize(needed.read().size() + needed.written().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "trainer", "serving"})
    void aServiceWithALoginAndNoRightsNamesAllThatItLacks(String service) {
        FreshetConfig config = config(service);
        TopicAccess needed = needed(service, config);
        assertThatThrownBy(() -> start(service, config, broker.connection(ManifestBroker.STRANGER)))
                .isInstanceOf(KafkaRefusedException.class)
                .satisfies(refused -> {
                    assertThat(needed.read())
                            .allSatisfy(topic -> assertThat(refused).hasMessageContaining("Read on topic " + topic));
                    assertThat(needed.written())
                            .allSatisfy(topic -> assertThat(refused).hasMessageContaining("Write on topic " + topic));
                });
    }

    private static Set<String> uses(TopicAccess access, String operation) {
        return operation.equals("Read") ? access.read() : access.written();
    }

    private static TopicAccess needed(String service, FreshetConfig config) {
        return switch (service) {
            case "ingest" -> ServiceAccess.ingest();
            case "trainer" -> ServiceAccess.trainer(config.trainer().labelling());
            case "serving" -> ServiceAccess.serving(config.serving());
            default -> throw new AssertionError(service);
        };
    }

    @Test
    void aTrainerThatMayNotWriteUnderItsTransactionalIdNamesIt() throws Exception {
        writeImages("labeled");
        writeImages("anchor");
        FreshetConfig config = config("trainer");
        without(
                bindings("freshet-trainer", "transactionalId"),
                () -> assertThatThrownBy(() -> start("trainer", config))
                        .isInstanceOf(KafkaRefusedException.class)
                        .hasMessageEndingWith("Write on the transactional id freshet-trainer-default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"group", "transactionalId"})
    void anIngestWithoutItsGroupOrTransactionsGivesUpAndNamesThem(String type) throws Exception {
        assertIngestGivesUp(bindings("freshet-ingest", type));
    }

    @Test
    void anIngestThatMayNotMakeItsInternalTopicsGivesUpAndNamesThem() throws Exception {
        assertIngestGivesUp(bindings("freshet-ingest", "topic").stream()
                .filter(acl -> acl.pattern().name().equals("freshet-ingest-"))
                .toList());
    }

    private void assertIngestGivesUp(Collection<AclBinding> without) throws Exception {
        FreshetConfig config = config("ingest");
        Logger logger = (Logger) LoggerFactory.getLogger(IngestService.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        logger.addAppender(said);
        try {
            without(without, () -> {
                try (FreshetService ingest = start("ingest", config)) {
                    await("ingest gives up").atMost(PATIENCE).until(() -> !ingest.isHealthy());
                }
            });
        } finally {
            logger.detachAppender(said);
        }
        assertThat(said.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(message -> message.startsWith("Ingest of freshet.traffic failed, and stops"))
                .singleElement()
                .asString()
                .contains("an ACL is missing", "Read on the group freshet-ingest", "begin with freshet-ingest-");
    }

    @Test
    void aWrongPasswordAnUntrustedBrokerAndNoTlsAreToldApart() throws Exception {
        assertRefused(Map.of("sasl.jaas.config", other("freshet-ingest", "guessed")))
                .isInstanceOf(KafkaRefusedException.class)
                .hasMessageContaining("refuses the login")
                .hasMessageContaining("sasl.jaas.config");
        assertRefused(Map.of("ssl.truststore.type", "", "ssl.truststore.location", ""))
                .isInstanceOf(KafkaRefusedException.class)
                .hasMessageContaining("TLS handshake")
                .hasMessageContaining("ssl.truststore");
        assertRefused(Map.of("security.protocol", "SASL_PLAINTEXT"))
                .hasMessageContaining("does not answer to SASL_PLAINTEXT")
                .hasMessageContaining("security.protocol");
        assertThatCode(() -> broker.connection("freshet-ingest").requireReachable(Duration.ofSeconds(10)))
                .doesNotThrowAnyException();
    }

    private static String other(String user, String password) {
        return Objects.requireNonNull(broker.broker().login(user, password).get("sasl.jaas.config"));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Map<String, String> other) {
        KafkaConnection connection = broker.connection("freshet-ingest", other);
        return assertThatThrownBy(() -> connection.requireReachable(Duration.ofSeconds(3)));
    }

    private interface Check {
        void run() throws Exception;
    }

    /** Takes ACLs away for a while. */
    private static void without(Collection<AclBinding> acls, Check check) throws Exception {
        assertThat(acls).isNotEmpty();
        broker.broker().disallow(acls);
        try {
            check.run();
        } finally {
            broker.broker().allow(acls);
        }
    }

    private static List<AclBinding> bindings(String user, String type) {
        return rights(user).stream()
                .filter(right -> right.type().equals(type))
                .flatMap(right -> right.bindings(user).stream())
                .toList();
    }

    private FreshetService start(String service, FreshetConfig config) throws Exception {
        return start(service, config, broker.connection("freshet-" + service));
    }

    private FreshetService start(String service, FreshetConfig config, KafkaConnection kafka) throws Exception {
        FolderModelStore store = new FolderModelStore(folder.resolve("models"));
        return switch (service) {
            case "ingest" -> Services.ingest(config, kafka);
            case "trainer" -> Services.trainer(config, kafka, store);
            case "serving" -> Services.serving(config, kafka, store);
            default -> throw new AssertionError(service);
        };
    }

    /** As the manifest has it, but for places on this machine. */
    private FreshetConfig config(String service) {
        Map<String, String> here = new HashMap<>();
        here.put("admin.host", "127.0.0.1");
        here.put("admin.ingestPort", "0");
        here.put("admin.trainerPort", "0");
        here.put("ingest.stateDirectory", folder.resolve("ingest").toString());
        here.put("ingest.internalReplicas", "1");
        here.put("trainer.labeled", folder.resolve("labeled").toString());
        here.put("trainer.anchor", folder.resolve("anchor").toString());
        here.put("trainer.work", folder.resolve("trainer").toString());
        here.put("serving.host", "127.0.0.1");
        here.put("serving.port", "0");
        return Configurations.of(Overlay.DEV, Overlay.DEV.workload(service), here); // the others want signing keys
    }

    private void writeImages(String set) throws Exception {
        for (String name : List.of("dark", "light")) {
            Path images = Files.createDirectories(folder.resolve(set).resolve(name));
            for (int i = 0; i < 4; i++) {
                BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
                image.setRGB(i, set.length(), name.equals("dark") ? 0x101010 : 0xffffff);
                ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaConnection kafka, Map<String, ?> own) {
        return new KafkaProducer<>(kafka.clientConfig(own), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaConnection kafka, Map<String, ?> own) {
        Map<String, Object> config = new HashMap<>(Map.of("enable.auto.commit", false));
        config.putAll(own);
        return new KafkaConsumer<>(
                kafka.clientConfig(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
