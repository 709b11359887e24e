package io.freshet.benchmarks;

import io.freshet.ingest.IngestConfig;
import io.freshet.ingest.IngestService;
import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.kafka.KafkaConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What ingest costs beside decoding: the time on a processor that all of its threads take for an image, Kafka's clients
 * among them, over that of decoding it alone. Processor time is what a core that does nothing else would need, and stays
 * the same on a machine that has other work. The broker's threads, the collector's and the compiler's count for neither.
 *
 * <pre>
 * IngestBenchmark IMAGES SIDE
 * </pre>
 *
 * <p>Images are JPEGs of {@code SIDE} pixels a side, no two alike. The first half of them is for the compiler.
 */
public final class IngestBenchmark {

    private static final String APPLICATION = "freshet-ingest";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private IngestBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2) {
            System.err.println("Usage: IngestBenchmark IMAGES SIDE");
            System.exit(2);
        }
        List<byte[]> images = images(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        double bytes = images.stream().mapToLong(image -> image.length).sum() / (double) images.size();
        double alone = decode(images);
        Path folder = Files.createTempDirectory("freshet-benchmark");
        try {
            report(bytes, alone, ingest(images, folder));
        } finally {
            FileTree.delete(folder);
        }
        System.exit(0); // threads of the broker may be left
    }

    private record Cost(double micros, double kept) {}

    private static void report(double bytes, double alone, Cost ingest) {
        System.out.println(String.format(
                Locale.ROOT,
                "%.1f KB: decoding alone %.0f us, ingest %.0f us an image (%.0f images/s, %.1f MB/s on a core);"
                        + " decoding / ingest = %.2f; %.0f%% of the images kept",
                bytes / 1_000,
                alone,
                ingest.micros(),
                1e6 / ingest.micros(),
                bytes / ingest.micros(),
                alone / ingest.micros(),
                100 * ingest.kept()));
    }

    /** Microseconds an image. */
    private static double decode(List<byte[]> images) {
        ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
        int half = images.size() / 2;
        images.subList(0, half).forEach(decoder::decode);
        long start = THREADS.getCurrentThreadCpuTime();
        images.subList(half, images.size()).forEach(decoder::decode);
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / (images.size() - half);
    }

    private static Cost ingest(List<byte[]> images, Path folder) throws IOException, InterruptedException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"))) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            kafka.createMissingTopics(1, (short) 1);
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            try (IngestService service = new IngestService(config(folder), kafka, registry, Clock.systemUTC())) {
                service.start();
                int half = images.size() / 2;
                send(kafka, images.subList(0, half));
                await(registry, half);
                double before = processorMicros();
                double keptBefore = count(registry, "kept");
                send(kafka, images.subList(half, images.size()));
                await(registry, images.size());
                int measured = images.size() - half;
                return new Cost(
                        (processorMicros() - before) / measured, (count(registry, "kept") - keptBefore) / measured);
            }
        }
    }

    private static IngestConfig config(Path folder) {
        IngestConfig defaults = IngestConfig.defaults();
        return new IngestConfig(
                APPLICATION,
                1,
                folder.resolve("state"),
                1,
                defaults.decode(),
                defaults.keptSide(),
                defaults.deduplication(),
                defaults.audit(),
                defaults.budget(),
                defaults.drift());
    }

    /** Of ingest's threads, which Kafka names by the application. */
    private static double processorMicros() {
        double sum = 0;
        for (long id : THREADS.getAllThreadIds()) {
            var thread = THREADS.getThreadInfo(id);
            if (thread != null && thread.getThreadName().contains(APPLICATION)) {
                sum += THREADS.getThreadCpuTime(id) / 1e3;
            }
        }
        return sum;
    }

    private static void await(SimpleMeterRegistry registry, int images) throws InterruptedException {
        while (count(registry) < images) {
            Thread.sleep(50);
        }
    }

    private static double count(SimpleMeterRegistry registry, String... outcome) {
        String[] tags = outcome.length == 0 ? outcome : new String[] {"outcome", outcome[0]};
        return registry.find("freshet.ingest.images").tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static void send(KafkaConnection kafka, List<byte[]> images) {
        try (var producer = new KafkaProducer<>(
                kafka.clientConfig(Map.of("linger.ms", 20)), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (byte[] image : images) {
                var unused = producer.send(new ProducerRecord<>(Topics.TRAFFIC.topicName(), image));
            }
        }
    }

    /** Smooth waves and some noise, so that they pack as photographs do. */
    private static List<byte[]> images(int count, int side) throws IOException {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom random = new SplittableRandom(i);
            double across = random.nextDouble(2, 12);
            double down = random.nextDouble(2, 12);
            double phase = random.nextDouble(6);
            int noise = 8 + random.nextInt(12);
            BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    int wave = (int) (110
                            + 80 * Math.sin(across * x / side + phase) * Math.cos(down * y / side)
                            + random.nextInt(noise));
                    image.setRGB(x, y, wave << 16 | (255 - wave) << 8 | (wave + x * 50 / side) / 2);
                }
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "jpg", out);
            images.add(out.toByteArray());
        }
        return images;
    }
}
