package io.freshet.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The broker that an integration test runs against. The caller closes it. */
public interface TestBroker extends AutoCloseable {

    /** As in {@code 127.0.0.1:9092}. */
    String bootstrapServers();

    @Override
    void close();

    /** A broker in this JVM. */
    static TestBroker embedded(Path folder) throws IOException {
        EmbeddedBroker broker = EmbeddedBroker.start(folder);
        return of(broker.bootstrapServers(), broker::close);
    }

    /**
     * Apache Kafka in a container, of the version of these clients; {@code FRESHET_KAFKA_IMAGE} names another image,
     * such as a mirror's.
     */
    static TestBroker container() {
        String image =
                System.getenv().getOrDefault("FRESHET_KAFKA_IMAGE", "apache/kafka:" + AppInfoParser.getVersion());
        KafkaContainer container = new KafkaContainer(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"))
                .withEnv(Map.of("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"))
                .withStartupTimeout(Duration.ofMinutes(3));
        container.start();
        return of(container.getBootstrapServers(), container::stop);
    }

    private static TestBroker of(String bootstrapServers, Runnable stop) {
        return new TestBroker() {
            @Override
            public String bootstrapServers() {
                return bootstrapServers;
            }

            @Override
            public void close() {
                stop.run();
            }
        };
    }
}
