package io.freshet.standalone.cli;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.claim.ClaimCheck;
import io.freshet.protocol.claim.ImageStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.kafka.KafkaRefusedException;
import io.freshet.standalone.config.FreshetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends the files of a folder as traffic. */
@Command(
        name = "produce",
        description =
                "Send the images in a folder, and in the folders in it, as production traffic that no model has seen."
                        + " Those that are too large for a record go through the image store, ingest.images.store.")
final class ProduceCommand implements Callable<Integer> {

    private static final Map<String, String> MEDIA_TYPES =
            Map.of("jpg", "image/jpeg", "jpeg", "image/jpeg", "png", "image/png", "webp", "image/webp");

    /** What the headers of a record take at most, beside the image. */
    private static final int HEADERS = 64 << 10;

    private static final int INLINE_BYTES = Topics.MAX_RECORD_BYTES - HEADERS;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FOLDER", description = "Where the images lie.")
    private Path folder = Path.of("");

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Images a second; 0 for as many as Kafka takes (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            defaultValue = "freshet-produce",
            description = "The CloudEvents source that the images carry (default: ${DEFAULT-VALUE}).")
    private String source = "";

    @Option(
            names = "--subject",
            paramLabel = "NAME",
            defaultValue = "",
            description = "The CloudEvents subject that the images carry: who, or what, they show. 'freshet erase' can"
                    + " erase by it.")
    private String subject = "";

    @Override
    public Integer call() throws Exception {
        List<Path> files = files();
        FreshetConfig config = common.load();
        Optional<ImageStore> images = CommonOptions.images(config);
        if (images.isEmpty()) {
            requireAllFit(files);
        }
        ClaimCheck claimCheck = new ClaimCheck(images, INLINE_BYTES);
        KafkaConnection connection = CommonOptions.connect(config, Set.of(), Set.of(Topics.TRAFFIC));
        AtomicLong acknowledged = new AtomicLong();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                connection.clientConfig(Map.of(
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topics.MAX_RECORD_BYTES)),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            long start = System.nanoTime();
            for (int i = 0; i < files.size() && failure.get() == null; i++) {
                if (rate > 0) {
                    waitUntil(start + Math.round(i * 1e9 / rate));
                }
                var unused = producer.send(record(files.get(i), claimCheck), (metadata, fault) -> {
                    if (fault == null) {
                        acknowledged.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, fault);
                    }
                });
                if ((i + 1) % 1_000 == 0) {
                    System.out.println((i + 1) + " of " + files.size() + " images sent");
                }
            }
        }
        Exception fault = failure.get();
        if (fault != null) {
            throw new UserException("After " + acknowledged + " images: "
                    + KafkaRefusedException.in(fault)
                            .map(KafkaRefusedException::getMessage)
                            .orElse("Kafka refused: " + fault.getMessage()));
        }
        System.out.println(acknowledged + " images are in " + Topics.TRAFFIC);
        return 0;
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UserException("There is no folder " + folder);
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
            if (files.isEmpty()) {
                throw new UserException("There are no files in " + folder);
            }
            return files;
        }
    }

    private static void requireAllFit(List<Path> files) throws IOException {
        for (Path file : files) {
            if (Files.size(file) > INLINE_BYTES) {
                throw new UserException(file + " has " + Files.size(file) + " bytes, and a record carries at most "
                        + INLINE_BYTES + ": name an image store, ingest.images.store");
            }
        }
    }

    private ProducerRecord<byte[], byte[]> record(Path file, ClaimCheck claimCheck) throws IOException {
        String name = file.getFileName().toString();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        EncodedImage content = new EncodedImage(Files.readAllBytes(file));
        TrafficImage image = new TrafficImage(
                content,
                Optional.ofNullable(MEDIA_TYPES.get(ending)),
                folder.relativize(file).toString(),
                source,
                Instant.now(),
                Optional.empty(),
                subject.strip());
        return claimCheck.record(null, image);
    }

    private static void waitUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
