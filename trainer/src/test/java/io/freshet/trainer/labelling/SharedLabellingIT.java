package io.freshet.trainer.labelling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.engine.SessionOptions;
import io.freshet.kafka.TestBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.round.TeacherAnswers;
import io.freshet.trainer.stream.Erasures;
import io.freshet.trainer.stream.MaterialReader;
import io.freshet.trainer.stream.TopicReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A round's images, labelled by many at a real broker. */
@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class SharedLabellingIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ModelVersion VERSION = new ModelVersion("shapes", 1);
    private static final int CHUNK = 250;
    private static final int IMAGES = 7 * CHUNK + 100;
    private static final int CHUNKS = 8;
    private static final String ROUND = "round-1";

    @TempDir
    Path folder;

    private final MeterRegistry trainerMeters = new SimpleMeterRegistry();
    private TestBroker broker;
    private KafkaConnection kafka;
    private TopicReader reader;
    private FolderModelStore store;
    private Material material;
    private TrainableModel model;
    private TeacherAnswers.Question question;
    private float[] expected;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.embedded(folder.resolve("kafka"));
        kafka = KafkaConnection.to(broker.bootstrapServers());
        kafka.createMissingTopics(3, (short) 1);
        reader = new TopicReader(kafka, "test");
        store = new FolderModelStore(folder.resolve("store"));
        assertThat(reader.all(Topics.UNLABELED)).hasSize(3); // answered once all partitions have a leader
        sendTraffic();
        material = readMaterial();
        assertThat(material.unlabeled().size()).isEqualTo(IMAGES);

        ModelBundle bundle = writeBundle("bundle", 1);
        store.put(VERSION, bundle.folder());
        model = TrainableModel.load(bundle.folder(), SessionOptions.forTraining());
        Teacher teacher = new Teacher(model);
        assertThat(teacher.adapt(material.unlabeled(), 5)).isTrue();
        Path moved = Files.createDirectories(folder.resolve("moved/variables"));
        model.save(moved.resolve("variables"));
        question = new TeacherAnswers.Question(ROUND, teacher, bundle, moved, material, false);
        expected = teacher.probabilities(material.unlabeled(), 0, IMAGES);
    }

    @AfterEach
    void stop() {
        model.close();
        reader.close();
        broker.close();
    }

    @Test
    void withoutAnyLabellerTheTrainerLabelsAllOfItself() throws Exception {
        try (SharedLabelling trainer = new SharedLabelling(config(), kafka, metrics())) {
            assertThat(trainer.to(question)).isEqualTo(expected);
        }
        assertThat(labelledBy("trainer")).isEqualTo(IMAGES);
        assertThat(committed()).isEmpty();
    }

    @Test
    void labelsAreTheSameToTheBitWhoeverGivesThemAndARoundThatIsAskedAgainTakesThemAsTheyAre() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (SharedLabelling trainer = trainerThatWaitsFor(CHUNKS - 1);
                LabellerService labeller = LabellerService.start(config(), kafka, store, meters)) {
            assertThat(trainer.to(question)).isEqualTo(expected);
            await().atMost(PATIENCE).until(() -> committed().size() == CHUNKS); // the trainer's one, too
            assertThat(labeller.isReady()).isTrue();
            assertThat(labelledBy("labellers")).isGreaterThanOrEqualTo(CHUNK);
            assertThat(labelledBy("trainer") + labelledBy("labellers")).isEqualTo(IMAGES);
            assertThat(meters.get("freshet.labeller").counter().count()).isEqualTo(IMAGES);
        }
        try (SharedLabelling again = new SharedLabelling(config(), kafka, metrics(), (q, from, to) -> {
            throw new AssertionError("all of it is labelled already");
        })) {
            assertThat(again.to(question)).isEqualTo(expected);
        }
    }

    @Test
    void oneOfThreeLabellersIsKilledInTheMiddleAndEachImageIsLabelledOnce() throws Exception {
        Path taken = folder.resolve("taken");
        Process victim =
                LabellerProcess.start(broker.bootstrapServers(), config().group(), folder.resolve("victim"), taken);
        List<LabellerService> others = List.of(labeller(store), labeller(store));
        try (SharedLabelling trainer = new SharedLabelling(config(), kafka, metrics(), (q, from, to) -> {
            await("the first has taken a chunk").atMost(PATIENCE).until(() -> Files.exists(taken));
            victim.destroyForcibly(); // SIGKILL
            awaitCommitted(CHUNKS); // what the dead had taken, too
            return q.teacher().probabilities(q.material().unlabeled(), from, to);
        })) {
            awaitMembers(3);
            assertThat(trainer.to(question)).isEqualTo(expected);
        } finally {
            victim.destroyForcibly();
            others.forEach(LabellerService::close);
        }
        assertThat(victim.waitFor()).isEqualTo(128 + 9);
        assertThat(committed().stream().map(ChunkLabels::number))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, CHUNKS).boxed().toList());
        assertThat(labelledBy("trainer") + labelledBy("labellers")).isEqualTo(IMAGES);
    }

    @Test
    void aLabellerThatWasShutOutMeanwhileComesTooLate() throws Exception {
        CountDownLatch asleep = new CountDownLatch(1);
        CountDownLatch wake = new CountDownLatch(1);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ChunkLabelling wrong = (chunk, labeller) -> {
            asleep.countDown();
            wake.await();
            float[] rows = new float[chunk.images().size() * Shapes.CLASSES.size()];
            for (int i = 0; i < rows.length; i += Shapes.CLASSES.size()) {
                rows[i] = 1;
            }
            return Optional.of(new ChunkLabels(
                    chunk.job(), chunk.number(), Shapes.CLASSES.size(), FloatBuffer.wrap(rows), labeller));
        };
        List<LabellerService> others = new ArrayList<>();
        try (LabellerService zombie = LabellerService.start(
                        config(), kafka, store, Optional.of(wrong), Duration.ofSeconds(3), meters);
                SharedLabelling trainer = new SharedLabelling(config(), kafka, metrics(), (q, from, to) -> {
                    if (others.isEmpty()) {
                        awaitZero(asleep);
                        others.add(labeller(store));
                        awaitCommitted(CHUNKS);
                        wake.countDown();
                        await("its commit is refused")
                                .atMost(PATIENCE)
                                .until(() -> meters.get("freshet.labeller.restarts")
                                                .counter()
                                                .count()
                                        >= 1);
                    }
                    return q.teacher().probabilities(q.material().unlabeled(), from, to);
                })) {
            assertThat(trainer.to(question)).isEqualTo(expected);
            assertThat(zombie.isHealthy()).isTrue();
        } finally {
            wake.countDown();
            others.forEach(LabellerService::close);
        }
        assertThat(committed())
                .hasSize(CHUNKS)
                .allSatisfy(labels -> assertThat(labels.labeller())
                        .isEqualTo(others.getFirst().name()));
        assertThat(meters.get("freshet.labeller").counter().count()).isZero();
    }

    @Test
    void aLabellerWithAnotherTeacherInItsStoreSaysSoAndLabelsNothing() throws Exception {
        FolderModelStore other = new FolderModelStore(folder.resolve("other-store"));
        other.put(VERSION, writeBundle("other", 2).folder());
        try (LabellerService labeller = labeller(other);
                SharedLabelling trainer = new SharedLabelling(config(), kafka, metrics(), (q, from, to) -> {
                    await().atMost(PATIENCE).until(() -> labeller.obstacle().isPresent());
                    return q.teacher().probabilities(q.material().unlabeled(), from, to);
                })) {
            assertThat(trainer.to(question)).isEqualTo(expected);
            assertThat(labeller.obstacle().orElseThrow())
                    .contains("shapes/1", "is not the one that the trainer has", "SHA-256");
            assertThat(labeller.isReady()).isFalse();
            assertThat(labeller.isHealthy()).isTrue();
        }
        assertThat(committed()).isEmpty();
        assertThat(labelledBy("trainer")).isEqualTo(IMAGES);
    }

    @Test
    void aChunkWithAnErasedImageIsLeftAloneAndSoIsARoundThatHasGoneOn() throws Exception {
        ImageId erased = firstImage();
        send(
                Topics.ERASURES,
                Erasure.Image.key(erased),
                Codecs.ERASURE.encode(
                        new Erasure(new Erasure.Image(erased), Instant.now(), Optional.empty(), List.of(), "a test")));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (SharedLabelling trainer = trainerThatWaitsFor(CHUNKS - 2);
                LabellerService labeller = LabellerService.start(config(), kafka, store, meters)) {
            assertThat(trainer.to(question)).isEqualTo(expected);
            await().atMost(PATIENCE).until(() -> chunks(meters, "left") == 1 && chunks(meters, "labelled") == 7);
            assertThat(labeller.isReady()).isTrue();

            send(
                    Topics.ROUNDS,
                    "shapes",
                    Codecs.ROUND_MESSAGE.encode(new RoundMessage.Event(
                            "shapes", Instant.now(), "round-2", new RoundStep.Labelled(1, 1, 1, 1, Map.of(), 0))));
            TeacherAnswers.Question late = new TeacherAnswers.Question(
                    "round-2", question.teacher(), question.champion(), question.variables(), material, false);
            assertThat(trainer.to(late)).isEqualTo(expected);
            await().atMost(PATIENCE).until(() -> chunks(meters, "over") == CHUNKS);
        }
        assertThat(committed()).hasSize(7);
    }

    private static double chunks(SimpleMeterRegistry meters, String outcome) {
        return meters.get("freshet.labeller.chunks")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static void awaitZero(CountDownLatch latch) {
        await("a labeller has taken a chunk").atMost(PATIENCE).until(() -> latch.getCount() == 0);
    }

    /** Labels nothing before others have labelled so many chunks. */
    private SharedLabelling trainerThatWaitsFor(int chunks) {
        return new SharedLabelling(config(), kafka, metrics(), (q, from, to) -> {
            if (q.roundId().equals(ROUND)) {
                awaitCommitted(chunks);
            }
            return q.teacher().probabilities(q.material().unlabeled(), from, to);
        });
    }

    private void awaitCommitted(int chunks) {
        await("labels of " + chunks + " chunks")
                .atMost(PATIENCE)
                .until(() ->
                        committed().stream().map(ChunkLabels::number).distinct().count() >= chunks);
    }

    /** Each of them has a partition, once there are as many. */
    private void awaitMembers(int members) {
        try (Admin admin = Admin.create(kafka.clientConfig(Map.of()))) {
            await(members + " labellers share the partitions")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> admin.describeConsumerGroups(List.of(config().group())).all().get().values().stream()
                                    .flatMap(group -> group.members().stream())
                                    .filter(member -> member.assignment()
                                                    .topicPartitions()
                                                    .size()
                                            == 1)
                                    .count()
                            == members);
        }
    }

    private LabellerService labeller(FolderModelStore from) {
        try {
            return LabellerService.start(config(), kafka, from, new SimpleMeterRegistry());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LabellingConfig config() {
        return new LabellingConfig(true, CHUNK, "labellers", folder.resolve("work"));
    }

    private LabellingMetrics metrics() {
        return new LabellingMetrics(trainerMeters);
    }

    private double labelledBy(String who) {
        return trainerMeters
                .get("freshet.trainer.labelling")
                .tag("by", who)
                .counter()
                .count();
    }

    private List<ChunkLabels> committed() throws InterruptedException {
        List<ChunkLabels> labels = new ArrayList<>();
        try (TopicReader own = new TopicReader(kafka, "test-labels")) {
            own.read(
                    own.all(Topics.LABELLING_LABELS), record -> labels.add(Codecs.CHUNK_LABELS.decode(record.value())));
        }
        return labels;
    }

    private ImageId firstImage() throws InterruptedException {
        TopicPosition first = material.positions().get(0);
        List<ImageId> ids = new ArrayList<>();
        reader.read(reader.all(Topics.UNLABELED), record -> {
            if (new TopicPosition(record.partition(), record.offset()).equals(first)) {
                ids.add(Codecs.UNLABELED_IMAGE.decode(record.value()).id());
            }
        });
        return ids.getFirst();
    }

    private void sendTraffic() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        try (KafkaProducer<String, byte[]> producer = kafka.textKeyedProducer()) {
            for (int i = 0; i < IMAGES; i++) {
                PixelImage pixels = Shapes.image(i % Shapes.CLASSES.size(), random);
                UnlabeledImage image = new UnlabeledImage(
                        pixels.id(),
                        pixels.toPng(),
                        "test",
                        "event-" + i,
                        Instant.EPOCH,
                        new TopicPosition(0, i),
                        Optional.empty(),
                        false);
                var unused = producer.send(new ProducerRecord<>(
                        Topics.UNLABELED.topicName(), image.id().hex(), Codecs.UNLABELED_IMAGE.encode(image)));
            }
        }
    }

    private void send(Topics topic, String key, byte[] value) throws Exception {
        try (KafkaProducer<String, byte[]> producer = kafka.textKeyedProducer()) {
            producer.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
        }
    }

    private Material readMaterial() throws InterruptedException {
        LabeledSet labeled = new LabeledSet(
                Shapes.CLASSES,
                new ImageShape(Shapes.SIDE, Shapes.SIDE, 1),
                Shapes.labeled(6, 101),
                Shapes.labeled(6, 102));
        RoundStep.Snapshotted snapshot = new RoundStep.Snapshotted(
                Trigger.MANUAL, "a test", Optional.of(VERSION), reader.all(Topics.UNLABELED), List.of(), 1);
        return new MaterialReader(reader, labeled, new Erasures(reader), false, (at, trace) -> {}).read(snapshot);
    }

    private ModelBundle writeBundle(String name, long seed) throws Exception {
        Path target = folder.resolve(name);
        FileTree.delete(target);
        TrainableModelWriter.write(
                new TrainableModelSpec(
                        Architecture.named("residual-8"), Shapes.SIDE, Shapes.SIDE, 1, Shapes.CLASSES.size(), true),
                seed,
                target);
        return ModelBundle.seal(
                target,
                new ModelDescriptor(
                        ModelDescriptor.FORMAT,
                        VERSION.model(),
                        VERSION.version(),
                        Optional.empty(),
                        Instant.EPOCH,
                        Shapes.CLASSES,
                        new ImageShape(Shapes.SIDE, Shapes.SIDE, 1),
                        32,
                        false,
                        "residual-8",
                        1,
                        new Score(0, 0, 0, 1),
                        0,
                        new Lineage("round-0", Trigger.INITIAL, List.of(), List.of(), "ab", 1, Map.of(), "test")));
    }
}
