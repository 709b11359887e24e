package io.freshet.standalone.deployment;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.Topics;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer that does not go through serving, some images a second, every third of which is none. Thread safe; the caller
 * closes it.
 */
final class SteadyCamera implements AutoCloseable {

    private static final int BROKEN_EVERY = 3;

    private final IntFunction<PixelImage> images;
    private final Duration every;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("camera").daemon().factory());
    private final List<Future<RecordMetadata>> records = new CopyOnWriteArrayList<>();
    private final Set<ImageId> ids = new HashSet<>();
    private int broken;
    private int number;

    /** @param images by number, all different */
    SteadyCamera(KafkaConnection kafka, IntFunction<PixelImage> images, Duration every) {
        this.images = images;
        this.every = every;
        this.producer =
                new KafkaProducer<>(kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    void start() {
        var unused = clock.scheduleAtFixedRate(this::tick, 0, every.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tick() {
        byte[] value;
        if (number % BROKEN_EVERY == 0) {
            value = ("no image " + number).getBytes(StandardCharsets.UTF_8);
            broken++;
        } else {
            PixelImage image = images.apply(number);
            value = image.toPng().bytes();
            ids.add(image.id());
        }
        number++;
        records.add(producer.send(new ProducerRecord<>(Topics.TRAFFIC.topicName(), value)));
    }

    /** Of its images; once it is closed. */
    Set<ImageId> ids() {
        return Set.copyOf(ids);
    }

    /** How many of its records were no images; once it is closed. */
    int broken() {
        return broken;
    }

    /** Sends no more; returns when Kafka has all of it. */
    @Override
    public void close() {
        clock.close();
        for (Future<RecordMetadata> record : records) {
            try {
                record.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("Kafka did not take a record of the camera", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        producer.close();
    }
}
