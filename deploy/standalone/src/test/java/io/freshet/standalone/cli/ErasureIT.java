package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.ingest.AuditConfig;
import io.freshet.ingest.ImagesConfig;
import io.freshet.ingest.IngestConfig;
import io.freshet.ingest.IngestService;
import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.AnsweredImage;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Label;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.claim.ClaimCheck;
import io.freshet.protocol.claim.FolderImageStore;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.trainer.gate.GateConfig;
import io.freshet.trainer.labelling.LabellingConfig;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.service.TrainerConfig;
import io.freshet.trainer.service.TrainerService;
import io.freshet.trainer.service.TriggerConfig;
import io.freshet.trainer.stream.RecordLog;
import io.freshet.trainer.stream.TopicReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ingest, trainer and broker in one, with all that they write under one folder, where an erased image is looked for. */
@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class ErasureIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String MODEL = "m";
    private static final int SIDE = 16;

    /** For the waiting of days that brokers would do. */
    private static final Map<String, String> HASTE = Map.of(
            "segment.ms", "500",
            "max.compaction.lag.ms", "1",
            "min.cleanable.dirty.ratio", "0",
            "delete.retention.ms", "0",
            // Less, and the broker takes a segment that is gone before it is flushed for a broken disk, and halts.
            "file.delete.delay.ms", "5000");

    /** An image as a client sends it, and as it is decoded. */
    private record Photo(EncodedImage jpeg, PixelImage pixels) {

        static Photo of(long seed) {
            BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < SIDE * SIDE; i++) {
                picture.setRGB(i % SIDE, i / SIDE, random.nextInt(1 << 24));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                ImageIO.write(picture, "jpeg", out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            DecodeResult result = new ImageDecoder(DecodeLimits.DEFAULT).decode(out.toByteArray());
            return new Photo(new EncodedImage(out.toByteArray()), ((DecodeResult.Decoded) result).image());
        }

        /** What a file would hold that had kept the image: as it came, as it is kept, and its pixels. */
        List<String> traces() {
            byte[] rgb = pixels.toModelInput(SIDE, SIDE, 3);
            return Stream.of(jpeg.bytes(), pixels.toPng().bytes(), rgb)
                    .map(ErasureIT::text)
                    .toList();
        }

        /** What near copies are found by: a picture of it too. */
        String thumbnail() {
            return text(Fingerprint.of(pixels).bytes());
        }
    }

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private KafkaConnection kafka;
    private long nextSeed = 10_000;
    private boolean large;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(
                folder.resolve("kafka"),
                0,
                Map.of(
                        "log.cleaner.backoff.ms", "100",
                        "log.retention.check.interval.ms", "100",
                        "log.initial.task.delay.ms", "100",
                        "log.index.size.max.bytes", "4096"));
        kafka = KafkaConnection.to(broker.bootstrapServers());
        kafka.createMissingTopics(1, (short) 1);
        writeLabeledImages();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void whatIsErasedIsLearnedFromNoMoreAndFoundNowhereOnDiskOnceKafkaHasCompacted() throws Exception {
        List<Photo> erased = photos(1, 12);
        List<Photo> others = photos(101, 24);
        try (IngestService ingest = ingest("state")) {
            round(); // the first model, from labels alone
            ingest.start();
            send(erased, "ann");
            send(others, "bob");
            await().atMost(PATIENCE).until(() -> unlabeled().size() == 36);
            noteAnswersAndLabel(erased);
            RoundStep.Labelled before = round();
            assertThat(disk("kafka").found(erased.getFirst().traces())).isNotEmpty();
            assertThat(disk("images").found(erased.getFirst().traces())).isNotEmpty();

            String said = freshet("erase", "--subject", "ann", "--why", "she asked for it");
            assertThat(said)
                    .containsPattern("freshet.unlabeled +12 ")
                    .contains("Erased: subject", "freshet.traffic.dlq", "6 files are deleted from the image store");

            // Before Kafka has compacted anything.
            RoundStep.Labelled after = round();
            assertThat(before.unlabeledImages() + before.labeledImages())
                    .isGreaterThan(after.unlabeledImages() + after.labeledImages());
            assertThat(after.unlabeledImages()).isEqualTo(notAudited("bob"));

            send(erased, "ann"); // in vain
            weekPasses();
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                fill();
                Disk disk = disk("kafka", "state", "work", "store", "images");
                for (Photo photo : erased) {
                    assertThat(disk.found(photo.traces())).isEmpty();
                    assertThat(disk.without("state").found(List.of(photo.thumbnail())))
                            .isEmpty();
                }
            });
            assertThat(freshet("erase", "--list")).contains("she asked for it", "In all: 13");
            assertThat(freshet("erase", "--sweep")).contains("0 tombstones are written");
        }

        Set<String> subjects = unlabeled().stream().map(UnlabeledImage::subject).collect(Collectors.toSet());
        assertThat(subjects).contains("bob").doesNotContain("ann");
        Disk disk = disk("kafka");
        for (Photo photo : others) {
            assertThat(disk.found(photo.traces())).isNotEmpty();
        }
        assertThatRestoredStateHoldsNoPictureOf(erased, others);
    }

    private void assertThatRestoredStateHoldsNoPictureOf(List<Photo> erased, List<Photo> others) throws Exception {
        try (IngestService restored = ingest("restored")) {
            restored.start();
            await().atMost(PATIENCE).until(restored::isReady);
        }
        Disk disk = disk("restored");
        for (Photo photo : erased) {
            assertThat(disk.found(List.of(photo.thumbnail()))).isEmpty();
        }
        assertThat(disk.found(List.of(others.getFirst().thumbnail()))).isNotEmpty();
    }

    /** What files hold, as characters, one for each byte. */
    private record Disk(Map<Path, String> files) {

        Set<Path> found(List<String> traces) {
            return files.entrySet().stream()
                    .filter(file -> traces.stream().anyMatch(file.getValue()::contains))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        }

        /** Without a folder of the test's own. */
        Disk without(String name) {
            return new Disk(files.entrySet().stream()
                    .filter(file -> !file.getKey().startsWith(name))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        }
    }

    /** What lies in folders of the test's own now. */
    private Disk disk(String... names) throws IOException {
        Map<Path, String> files = new HashMap<>();
        for (String name : names) {
            try (Stream<Path> all = Files.walk(folder.resolve(name))) {
                all.filter(Files::isRegularFile).forEach(file -> files.put(folder.relativize(file), content(file)));
            } catch (UncheckedIOException e) {
                throw new AssertionError("A folder was deleted on the way: to be looked at again", e);
            }
        }
        return new Disk(files);
    }

    private static String content(Path file) {
        try {
            return text(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return ""; // deleted meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes as characters, one for one. */
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static List<Photo> photos(long firstSeed, int count) {
        return IntStream.range(0, count).mapToObj(i -> Photo.of(firstSeed + i)).toList();
    }

    private void send(List<Photo> photos, String subject) throws Exception {
        try (var producer = new KafkaProducer<>(
                kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Photo photo : photos) {
                var image = new TrafficImage(
                        photo.jpeg(), Optional.empty(), "e", "/it", Instant.now(), Optional.empty(), subject);
                // Every second image comes as one that is too large for a record.
                large = !large;
                var claimCheck = new ClaimCheck(
                        Optional.of(new FolderImageStore(folder.resolve("images"))), large ? 1 : Integer.MAX_VALUE);
                producer.send(claimCheck.record(null, image)).get();
            }
        }
    }

    private void noteAnswersAndLabel(List<Photo> photos) throws Exception {
        for (int i = 0; i < photos.size(); i++) {
            var id = photos.get(i).pixels().id();
            put(
                    Topics.ANSWERED,
                    "event-" + i,
                    Codecs.ANSWERED_IMAGE.encode(new AnsweredImage("event-" + i, id, MODEL, Instant.now())));
            put(Topics.LABELS, id.hex(), Codecs.LABEL.encode(new Label(id, "dark", "it", Instant.now())));
        }
    }

    /** Brokers compact and delete whole segments, and go on to the next one when something comes. */
    private void fill() throws Exception {
        Photo photo = Photo.of(nextSeed++);
        send(List.of(photo), "carol");
        for (Topics topic : List.of(Topics.LABELS, Topics.ANSWERED, Topics.LABEL_REQUESTS)) {
            put(topic, "filler-" + nextSeed, null);
        }
    }

    private void weekPasses() throws Exception {
        try (Admin admin = Admin.create(kafka.clientConfig(Map.of()))) {
            for (String topic : admin.listTopics().names().get()) {
                if (topic.startsWith("freshet")) {
                    alter(admin, topic, HASTE);
                }
            }
            for (Topics topic : List.of(Topics.TRAFFIC, Topics.TRAFFIC_DLQ)) {
                alter(admin, topic.topicName(), Map.of("retention.ms", "1000"));
            }
        }
    }

    private static void alter(Admin admin, String topic, Map<String, String> settings) throws Exception {
        List<AlterConfigOp> changes = settings.entrySet().stream()
                .map(entry -> new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes))
                .all()
                .get();
    }

    private void put(Topics topic, String key, byte @Nullable [] value) throws Exception {
        try (KafkaProducer<String, byte[]> producer = kafka.textKeyedProducer()) {
            producer.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
        }
    }

    private List<UnlabeledImage> unlabeled() throws InterruptedException {
        List<UnlabeledImage> images = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, "erasure-it")) {
            reader.read(
                    reader.all(Topics.UNLABELED),
                    record -> RecordLog.decode(Codecs.UNLABELED_IMAGE, record).ifPresent(images::add));
        }
        return images;
    }

    private int notAudited(String subject) throws InterruptedException {
        return (int) unlabeled().stream()
                .filter(image -> image.subject().equals(subject) && !image.audit())
                .count();
    }

    /** Runs one; returns what it learned from. */
    private RoundStep.Labelled round() throws Exception {
        try (TrainerService trainer = TrainerService.open(
                trainer(),
                Map.of(),
                kafka,
                new FolderModelStore(folder.resolve("store")),
                new SimpleMeterRegistry(),
                Clock.systemUTC())) {
            assertThat(trainer.runOne("a test")).isNotInstanceOf(RoundStep.Failed.class);
        }
        List<RoundStep.Labelled> labelled = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, "erasure-it")) {
            reader.read(reader.all(Topics.ROUNDS), record -> {
                if (Codecs.ROUND_MESSAGE.decode(record.value()) instanceof RoundMessage.Event event
                        && event.step() instanceof RoundStep.Labelled step) {
                    labelled.add(step);
                }
            });
        }
        return labelled.getLast();
    }

    private IngestService ingest(String state) {
        IngestConfig defaults = IngestConfig.defaults();
        return new IngestService(
                new IngestConfig(
                        "freshet-ingest",
                        1,
                        folder.resolve(state),
                        -1,
                        DecodeLimits.DEFAULT,
                        defaults.keptSide(),
                        new ImagesConfig(Optional.of(folder.resolve("images").toString()), Duration.ofDays(31)),
                        defaults.deduplication(),
                        new AuditConfig(.3, "salt"),
                        defaults.budget(),
                        defaults.drift(),
                        defaults.accuracy()),
                kafka,
                new SimpleMeterRegistry(),
                Clock.systemUTC());
    }

    private TrainerConfig trainer() {
        Noise noise = new Noise(.2, .1, .05);
        return new TrainerConfig(
                MODEL,
                folder.resolve("labeled"),
                Optional.empty(),
                .3,
                Optional.empty(),
                true,
                Optional.empty(),
                folder.resolve("work"),
                new TriggerConfig(Optional.empty(), Optional.empty(), true, 1, 10_000),
                new RoundConfig(
                        new TrainingConfig(10, 8, .1, .1, 5e-4, .9, noise, 5),
                        "residual-8",
                        Optional.empty(),
                        new TrainingConfig(10, 8, .05, .1, 5e-4, .9, noise, 5),
                        "",
                        List.of(Candidate.LABELS, Candidate.STUDENT),
                        true,
                        new LabelPolicy(.7, 0, .5),
                        .25,
                        0,
                        true,
                        1_000,
                        false,
                        1,
                        GateConfig.defaults(),
                        Optional.empty(),
                        1),
                false,
                LabellingConfig.defaults());
    }

    private void writeLabeledImages() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (String name : List.of("dark", "light")) {
            Path ofClass = Files.createDirectories(folder.resolve("labeled").resolve(name));
            for (int i = 0; i < 16; i++) {
                byte[] rgb = new byte[3 * SIDE * SIDE];
                for (int j = 0; j < rgb.length; j++) {
                    rgb[j] = (byte) (random.nextInt(128) + (name.equals("light") ? 128 : 0));
                }
                Files.write(
                        ofClass.resolve(i + ".png"),
                        new PixelImage(SIDE, SIDE, rgb).toPng().bytes());
            }
        }
    }

    private String freshet(String... arguments) {
        return Cli.run(
                0,
                Stream.concat(
                                Stream.of(arguments),
                                Stream.of(
                                        "-b",
                                        broker.bootstrapServers(),
                                        "--store",
                                        folder.resolve("store").toString(),
                                        "-D",
                                        "ingest.images.store=" + folder.resolve("images")))
                        .toArray(String[]::new));
    }
}
