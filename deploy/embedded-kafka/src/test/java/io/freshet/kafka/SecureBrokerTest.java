package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureBrokerTest {

    private static final String TOPIC = "images";
    private static final long SECONDS = 20;

    @TempDir
    Path folder;

    @Test
    void withPasswordsWhoHasNoneIsNotLetInAndWhoHasNoAclDoesNothing() throws Exception {
        try (SecureBroker broker = SecureBroker.withPasswords(folder, Map.of())) {
            broker.admin()
                    .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                    .all()
                    .get();
            broker.setPassword("camera", "right");

            assertThatThrownBy(() -> send(broker, broker.login("camera", "right")))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
            broker.allow(List.of(mayWrite("camera")));
            send(broker, broker.login("camera", "right"));

            assertThatThrownBy(() -> look(broker, broker.login("camera", "wrong")))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
            assertThatThrownBy(() -> look(broker, broker.login("nobody", "right")))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);

            broker.setPassword("camera", "another");
            send(broker, broker.login("camera", "another"));
            assertThatThrownBy(() -> look(broker, broker.login("camera", "right")))
                    .as("after the password has changed")
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void withCertificatesWhoHasNoneThatIsTrustedIsNotLetIn() throws Exception {
        Identity camera = Identity.make(folder, "camera", "of-the-camera");
        Identity stranger = Identity.make(folder, "stranger", "of-the-stranger");
        try (SecureBroker broker = SecureBroker.withCertificates(folder.resolve("kafka"), List.of(camera))) {
            broker.admin()
                    .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                    .all()
                    .get();

            assertThatThrownBy(() -> send(broker, broker.login(camera)))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
            broker.allow(List.of(mayWrite("camera")));
            send(broker, broker.login(camera));

            assertThatThrownBy(() -> look(broker, broker.login(stranger)))
                    .hasCauseInstanceOf(SslAuthenticationException.class);
            Map<String, String> without = new HashMap<>(broker.login(camera));
            without.keySet().removeIf(key -> key.startsWith("ssl.keystore"));
            assertThatThrownBy(() -> look(broker, without)).hasCauseInstanceOf(SslAuthenticationException.class);
        }
    }

    private static AclBinding mayWrite(String user) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", AclOperation.WRITE, AclPermissionType.ALLOW));
    }

    private static Map<String, Object> config(SecureBroker broker, Map<String, String> login) {
        Map<String, Object> config = new HashMap<>(login);
        config.put("bootstrap.servers", broker.bootstrapServers());
        return config;
    }

    private static void look(SecureBroker broker, Map<String, String> login) throws Exception {
        try (Admin admin = Admin.create(config(broker, login))) {
            assertThat(admin.describeCluster().nodes().get(SECONDS, TimeUnit.SECONDS))
                    .hasSize(1);
        }
    }

    private static void send(SecureBroker broker, Map<String, String> login) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config(broker, login), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, new byte[] {1})).get(SECONDS, TimeUnit.SECONDS);
        }
    }
}
