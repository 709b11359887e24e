package io.freshet.standalone.deployment;

import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.service.FreshetService;
import io.freshet.standalone.service.Services;
import io.freshet.standalone.service.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** All in this process. */
public final class InProcess implements Deployment {

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final KafkaConnection kafka;
    private final FreshetService ingest;
    private final FreshetService trainer;
    private final FreshetService serving;

    /**
     * Starts all; returns when they answer.
     *
     * @param config whose Kafka is at 127.0.0.1, on the port that the broker shall have
     * @param kafkaFolder where its records lie
     */
    public InProcess(FreshetConfig config, Path kafkaFolder) throws IOException, InterruptedException {
        try {
            EmbeddedBroker broker = opened(EmbeddedBroker.start(kafkaFolder, Ports.of(config), Map.of()));
            kafka = KafkaConnection.to(broker.bootstrapServers());
            kafka.createMissingTopics(config.kafka().partitions(), (short) 1);
            ModelStore store = Stores.open(config);
            ingest = opened(Services.ingest(config, kafka));
            serving = opened(Services.serving(config, kafka, store));
            trainer = opened(Services.trainer(config, kafka, store));
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public KafkaConnection kafka() {
        return kafka;
    }

    @Override
    public int servingPort() {
        return serving.port();
    }

    @Override
    public int ingestPort() {
        return ingest.port();
    }

    @Override
    public int trainerPort() {
        return trainer.port();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("A service does not close in good order", e);
            }
        }
    }
}
