package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestClusterTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void whatThreeMembersHaveOneMayTakeAwayAndCatchUpLater() throws Exception {
        try (TestCluster cluster = TestCluster.start(folder, 3)) {
            Map<String, Object> client = Map.of("bootstrap.servers", cluster.bootstrapServers());
            try (Admin admin = Admin.create(client);
                    var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
                awaitMembers(admin, 3);
                admin.createTopics(List.of(new NewTopic("t", Optional.of(3), Optional.empty())))
                        .all()
                        .get();
                send(producer, "before");

                cluster.kill(2);
                send(producer, "meanwhile");
                cluster.start(2);
                awaitMembers(admin, 3);
                awaitAllInSync(admin);
                cluster.kill(1);
                send(producer, "after");
            }
        }
    }

    /** To each partition, which different members lead. */
    private static void send(KafkaProducer<String, String> producer, String value) throws Exception {
        for (int partition = 0; partition < 3; partition++) {
            assertThat(producer.send(new ProducerRecord<>("t", partition, "k", value))
                            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .partition())
                    .isEqualTo(partition);
        }
    }

    private static void awaitMembers(Admin admin, int members) {
        await().atMost(PATIENCE)
                .until(() -> admin.describeCluster().nodes().get().size() == members);
    }

    private static void awaitAllInSync(Admin admin) {
        await().atMost(PATIENCE)
                .until(() -> topic(admin).partitions().stream()
                        .allMatch(partition -> partition.isr().size() == 3));
    }

    private static TopicDescription topic(Admin admin) throws Exception {
        return admin.describeTopics(List.of("t"))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next();
    }
}
