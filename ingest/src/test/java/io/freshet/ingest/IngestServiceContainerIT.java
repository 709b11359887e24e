package io.freshet.ingest;

import io.freshet.kafka.TestBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.testcontainers.junit.jupiter.EnabledIfDockerAvailable;

/** The same against Apache Kafka in a container. */
@Tag("testcontainers")
@EnabledIfDockerAvailable
class IngestServiceContainerIT extends IngestServiceIT {

    @Override
    TestBroker broker(Path records) {
        return TestBroker.container();
    }
}
