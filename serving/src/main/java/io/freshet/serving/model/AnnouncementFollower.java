package io.freshet.serving.model;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.RecordCodec.MalformedRecordException;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@link Topics#MODELS} from its beginning, without a group, on a thread of its own: every replica sees every
 * announcement. What lay in the topic before the start is told as one announcement a model, the last.
 *
 * <p>While Kafka is away it waits and tries again. The caller closes it.
 */
public final class AnnouncementFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AnnouncementFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KafkaConnection kafka;
    private final Consumer<ModelAnnouncement> listener;
    private final Counter followed;
    private final Counter malformed;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private final Thread thread =
            Thread.ofPlatform().name("freshet-announcements").daemon().unstarted(this::run);

    /** @param listener called on the follower's thread, which it must not hold up */
    public AnnouncementFollower(KafkaConnection kafka, MeterRegistry registry, Consumer<ModelAnnouncement> listener) {
        this.kafka = kafka;
        this.listener = listener;
        this.followed = counter(registry, "followed");
        this.malformed = counter(registry, "malformed");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("freshet.serving.announcements")
                .description("Records of " + Topics.MODELS + " that were followed, or skipped because malformed")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Begins to read; once. */
    public void start() {
        thread.start();
    }

    private void run() {
        boolean told = false;
        while (!isClosing()) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                current = consumer;
                follow(consumer);
            } catch (KafkaException e) {
                if (!told && !isClosing()) {
                    LOG.warn("{} cannot be read from {}; trying again", Topics.MODELS, kafka, e);
                    told = true;
                }
                pause();
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                kafka.clientConfig(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG, "freshet-serving-announcements",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        while (partitions.isEmpty() && !isClosing()) {
            pause();
            partitions = partitions(consumer);
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<String, ModelAnnouncement> newest = new LinkedHashMap<>();
        boolean caughtUp = false;
        while (!isClosing()) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                read(found, newest);
            }
            caughtUp = caughtUp || hasReached(consumer, ends);
            if (caughtUp) {
                newest.values().forEach(listener);
                newest.clear();
            }
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(Topics.MODELS.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private static boolean hasReached(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void read(ConsumerRecord<byte[], byte[]> found, Map<String, ModelAnnouncement> newest) {
        if (found.value() == null) {
            return; // a compacted topic's way to forget a key; what serves goes on serving
        }
        try {
            ModelAnnouncement announcement = Codecs.MODEL_ANNOUNCEMENT.decode(found.value());
            requireKey(found, announcement);
            newest.put(announcement.model().model(), announcement);
            followed.increment();
        } catch (MalformedRecordException | IllegalArgumentException e) {
            malformed.increment();
            LOG.warn(
                    "Skipped the record at {}-{}@{}, which is no announcement: {}",
                    found.topic(),
                    found.partition(),
                    found.offset(),
                    e.getMessage());
        }
    }

    /** Under another key the record would outlive the announcement that compaction should put in its place. */
    private static void requireKey(ConsumerRecord<byte[], byte[]> found, ModelAnnouncement announcement) {
        String key = found.key() == null ? "" : new String(found.key(), StandardCharsets.UTF_8);
        if (!key.equals(announcement.model().model())) {
            throw new IllegalArgumentException("it is of " + announcement.model() + " and has the key '" + key + "'");
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause() {
        try {
            closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Stops reading; returns when the thread has come to its end. */
    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup(); // out of a poll, or of a wait for a broker that is away
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
