package io.freshet.benchmarks.ingest;

import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.kafka.KafkaConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Measures an application of Kafka Streams over a backlog of traffic on a broker in this process. Its processor time is
 * that of its own threads and clients: what a core that does nothing else would need. The broker's threads, the
 * collector's and the compiler's do not count.
 */
final class ThroughKafka {

    /** Traffic is dated as if so many images came in a second, by which ingest keeps to its budget. */
    static final int ARRIVING_A_SECOND = 5_000;

    private static final int PARTITIONS = 4;

    private static final Map<String, Object> SENDING = Map.of("linger.ms", 20, "batch.size", 256 << 10);

    private static final int POLL_MILLIS = 20;

    /** What is measured: runs until it is closed. */
    interface Application extends AutoCloseable {

        /** By which Kafka names its threads. */
        String id();

        /** Images of the traffic that it is done with. */
        double done();

        /** Those of them that came out again. */
        double kept();

        /** Whether it still works on them. */
        boolean isHealthy();

        @Override
        void close();
    }

    /** Starts what is measured. */
    interface Start {

        Application start(KafkaConnection kafka, Path folder, int threads) throws InterruptedException;
    }

    private ThroughKafka() {}

    /** The first half of the images is for the compiler. */
    static Cost measure(Start start, List<byte[]> images, int threads) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("freshet-benchmark");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"))) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            kafka.createMissingTopics(PARTITIONS, (short) 1);
            believeProducers(kafka);
            int half = images.size() / 2;
            send(kafka, images);
            try (Application application = start.start(kafka, folder, threads)) {
                await(application, half);
                double doneBefore = application.done();
                double keptBefore = application.kept();
                double before = ProcessorTime.of(application.id());
                long begin = System.nanoTime();
                await(application, images.size());
                double seconds = (System.nanoTime() - begin) / 1e9;
                double measured = images.size() - doneBefore;
                return new Cost(
                        (ProcessorTime.of(application.id()) - before) / measured,
                        measured / seconds,
                        (application.kept() - keptBefore) / measured);
            }
        } finally {
            FileTree.delete(folder);
        }
    }

    /** Else the broker dates each image by when it came. */
    private static void believeProducers(KafkaConnection kafka) throws InterruptedException {
        ConfigResource traffic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.TRAFFIC.topicName());
        ConfigEntry createTime = new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        try (Admin admin = Admin.create(kafka.clientConfig(Map.of()))) {
            admin.incrementalAlterConfigs(
                            Map.of(traffic, List.of(new AlterConfigOp(createTime, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topic's configuration could not be changed", e.getCause());
        }
    }

    /** @throws IllegalStateException if the application gives up before */
    static void await(Application application, int images) throws InterruptedException {
        while (application.done() < images) {
            if (!application.isHealthy()) {
                throw new IllegalStateException(application.id() + " has stopped; what it logged says why");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static void send(KafkaConnection kafka, List<byte[]> images) {
        long begin = System.currentTimeMillis() - 1_000L * images.size() / ARRIVING_A_SECOND;
        try (var producer = new KafkaProducer<>(
                kafka.clientConfig(SENDING), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < images.size(); i++) {
                long at = begin + 1_000L * i / ARRIVING_A_SECOND;
                var unused = producer.send(
                        new ProducerRecord<>(Topics.TRAFFIC.topicName(), i % PARTITIONS, at, null, images.get(i)));
            }
        }
    }
}
