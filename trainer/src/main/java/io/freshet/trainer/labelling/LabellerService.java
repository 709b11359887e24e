package io.freshet.trainer.labelling;

import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.trainer.stream.Erasures;
import io.freshet.trainer.stream.TopicReader;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Labels images for the rounds of all trainers that share the work, on a thread of its own, in one {@link LabellerSession}
 * after another: what ends in a fault begins again from what was committed. Any number of them share the tasks, as far as
 * there are partitions. Thread safe; the caller closes it.
 */
public final class LabellerService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LabellerService.class);

    /** What a member that was killed had in work goes to another after so long. */
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    /** For so long, the labels of a member that was killed within a commit hold up their reader. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration LONGEST_BLOCK = Duration.ofSeconds(10);
    private static final Duration AFTER_FAULT = Duration.ofSeconds(1);

    /** Others of the group can take what this member cannot do. */
    private static final Duration WITHOUT_TEACHER = Duration.ofSeconds(30);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    private final LabellingConfig config;
    private final KafkaConnection kafka;
    private final Duration longestChunk;
    private final String name;
    private final Path folder;
    private final TopicReader reader;
    private final Teachers teachers;
    private final ChunkLabelling labelling;
    private final LabellerMetrics metrics;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean working;
    private volatile Optional<String> obstacle = Optional.empty();
    private final Thread thread;

    private LabellerService(
            LabellingConfig config,
            KafkaConnection kafka,
            ModelStore store,
            Optional<ChunkLabelling> stub,
            Duration longestChunk,
            MeterRegistry meters)
            throws IOException {
        this.config = config;
        this.kafka = kafka;
        this.longestChunk = longestChunk;
        Files.createDirectories(config.work());
        this.folder = Files.createTempDirectory(config.work(), "teacher-");
        String id = UUID.randomUUID().toString().substring(0, 8);
        this.name = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("labeller") + "-" + id;
        this.reader = new TopicReader(kafka, "freshet-labeller-reader");
        this.teachers = new Teachers(store, folder);
        this.labelling = stub.orElseGet(
                () -> new TeacherLabelling(reader, new ChunkImages(reader, new Erasures(reader)), teachers));
        this.metrics = new LabellerMetrics(meters);
        this.thread = new Thread(this::run, "freshet-labeller");
    }

    /**
     * Begins to label.
     *
     * @throws IOException if the work folder cannot be made
     */
    public static LabellerService start(
            LabellingConfig config, KafkaConnection kafka, ModelStore store, MeterRegistry meters) throws IOException {
        return start(config, kafka, store, Optional.empty(), Duration.ofMinutes(5), meters);
    }

    /**
     * Begins to label in another way, for tests.
     *
     * @param longestChunk a member that takes longer is shut out of the group
     */
    static LabellerService start(
            LabellingConfig config,
            KafkaConnection kafka,
            ModelStore store,
            Optional<ChunkLabelling> stub,
            Duration longestChunk,
            MeterRegistry meters)
            throws IOException {
        LabellerService service = new LabellerService(config, kafka, store, stub, longestChunk, meters);
        service.thread.start();
        return service;
    }

    /** Whether it is in touch with Kafka, and was not without a teacher when it last wanted one. */
    public boolean isReady() {
        return working && obstacle.isEmpty();
    }

    /** Whether its thread lives. */
    public boolean isHealthy() {
        return thread.isAlive();
    }

    /** Why it could not have the last teacher that it wanted, if it could not. */
    public Optional<String> obstacle() {
        return obstacle;
    }

    /** As its labels carry it, and the trainer's log shows it. */
    public String name() {
        return name;
    }

    private void run() {
        LOG.info(
                "Labeller {} takes what is in {}, with the others of the group '{}'",
                name,
                Topics.LABELLING_TASKS,
                config.group());
        RoundsOver rounds = new RoundsOver(reader);
        while (!isClosing()) {
            Duration pause = AFTER_FAULT;
            try (KafkaConsumer<byte[], byte[]> consumer = consumer();
                    KafkaProducer<byte[], byte[]> producer = producer()) {
                working = true;
                new LabellerSession(name, consumer, producer, this::label, rounds, metrics).run(this::isClosing);
            } catch (TeacherUnavailableException e) {
                obstacle = Optional.of(String.valueOf(e.getMessage()));
                metrics.restarted();
                LOG.error("{}. Other labellers may; trying again in {}", e.getMessage(), WITHOUT_TEACHER, e.getCause());
                pause = WITHOUT_TEACHER;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (KafkaException | IllegalStateException e) {
                if (!isClosing()) {
                    metrics.restarted();
                    LOG.warn("Labelling begins again from what was committed", e);
                }
            } finally {
                working = false;
            }
            pause(pause);
        }
    }

    private Optional<ChunkLabels> label(LabellingTask.Chunk chunk, String labeller)
            throws TeacherUnavailableException, InterruptedException {
        Optional<ChunkLabels> labels = labelling.label(chunk, labeller);
        obstacle = Optional.empty();
        return labels;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                kafka.clientConfig(Map.ofEntries(
                        Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, "freshet-labeller"),
                        Map.entry(ConsumerConfig.GROUP_ID_CONFIG, config.group()),
                        Map.entry(
                                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                                CooperativeStickyAssignor.class.getName()),
                        Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                        Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                        Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
                        Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                        Map.entry(
                                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION_TIMEOUT.toMillis())),
                        Map.entry(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.toIntExact(longestChunk.toMillis())),
                        Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1))),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Each with an id of its own: the group's generation fences a member that was shut out, not the producer's. */
    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                kafka.clientConfig(Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "freshet-labeller",
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        config.group() + "-" + UUID.randomUUID(),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        LONGEST_BLOCK.toMillis(),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topics.MAX_RECORD_BYTES,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()))),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause(Duration time) {
        try {
            var unused = closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends with the chunk in work, which is done, or given back if that takes too long. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(CLOSE_TIMEOUT)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        teachers.close();
        reader.close();
        try {
            FileTree.delete(folder);
        } catch (IOException e) {
            LOG.warn("The teacher's files in {} stay: {}", folder, e.getMessage());
        }
    }
}
