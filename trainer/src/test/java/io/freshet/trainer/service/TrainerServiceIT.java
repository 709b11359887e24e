package io.freshet.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.engine.SavedModel;
import io.freshet.engine.SessionOptions;
import io.freshet.kafka.TestBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.Label;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.GoldenAnswers;
import io.freshet.protocol.bundle.GoldenTolerance;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.SignatureResult;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.bundle.WarmupRequest;
import io.freshet.protocol.bundle.WarmupRequests;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.Trial;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.gate.GateConfig;
import io.freshet.trainer.labelling.LabellerService;
import io.freshet.trainer.labelling.LabellingConfig;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.ReplayResult;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.stream.RoundJournal;
import io.freshet.trainer.stream.TopicReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds against a real broker, with real networks on small images. */
class TrainerServiceIT {

    private static final String MODEL = "shapes";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** The example of RFC 8410, in section 10.3. */
    private static final String PRIVATE_KEY = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """;

    private static final String PUBLIC_KEY = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PUBLIC KEY-----
            """;

    @TempDir
    Path folder;

    private TestBroker broker;
    private KafkaConnection connection;
    private KafkaProducer<String, byte[]> producer;
    private FolderModelStore store;
    private Optional<Path> initFrom = Optional.empty();
    private Optional<Path> brought = Optional.empty();
    private List<Candidate> candidates = List.of(Candidate.values());
    private boolean search;
    private LabellingConfig labelling = LabellingConfig.defaults();
    /** Nearly whatever comes of a round goes into service. */
    private static final GateConfig NEARLY_OPEN =
            new GateConfig(.999, 1, 1, 1, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private GateConfig gate = new GateConfig(.05, 100, .02, .15);

    @BeforeEach
    void start() throws Exception {
        broker = broker(folder.resolve("kafka"));
        connection = KafkaConnection.to(broker.bootstrapServers());
        connection.createMissingTopics(2, (short) 1);
        producer = new KafkaProducer<>(
                connection.clientConfig(Map.of()), new StringSerializer(), new ByteArraySerializer());
        store = new FolderModelStore(folder.resolve("store"));
        Files.writeString(folder.resolve("key.pem"), PRIVATE_KEY);
        Shapes.write(folder.resolve("labeled"), 30, 1);
        Shapes.write(folder.resolve("anchor"), 30, 2);
    }

    TestBroker broker(Path records) throws Exception {
        return TestBroker.embedded(records);
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void theFirstModelIsTrainedOnLabelsAloneAndAnnounced() throws Exception {
        try (TrainerService trainer = open(config(60, 40))) {
            trainer.start();
            awaitLast(1);
        }

        assertThat(steps().stream().map(Object::getClass))
                .containsExactly(
                        RoundStep.Snapshotted.class,
                        RoundStep.Labelled.class,
                        RoundStep.Trained.class,
                        RoundStep.Evaluated.class,
                        RoundStep.Promoted.class);
        ModelAnnouncement announcement = announcements().getLast();
        assertThat(announcement.model()).isEqualTo(new ModelVersion(MODEL, 1));

        Path copy = folder.resolve("copy");
        store.fetch(announcement.location(), copy);
        assertThat(ModelBundle.open(copy)).isInstanceOfSatisfying(BundleResult.Verified.class, verified -> {
            assertThat(verified.bundle().manifestSha256()).isEqualTo(announcement.manifestSha256());
            assertThat(verified.bundle().descriptor().classes()).isEqualTo(Shapes.CLASSES);
            assertThat(verified.bundle().descriptor().score().anchorImages())
                    .isBetween(25, 65); // the half of 90 that judges
            assertThat(signature(verified.bundle())).isInstanceOf(SignatureResult.SignedBy.class);
        });
        assertThatItAnswersAsItsGoldenRequestsSay(copy);
    }

    @Test
    void theFirstModelBeginsFromThePretrainedNetworkThatItIsGiven() throws Exception {
        Path pretrained = folder.resolve("pretrained");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-8"), Shapes.SIDE, Shapes.SIDE, 1, 7, true),
                99,
                pretrained);
        initFrom = Optional.of(pretrained);
        try (TrainerService trainer = open(config(20, 20))) {
            trainer.start();
            awaitLast(1);
        }
        try (Stream<Path> rounds = Files.list(folder.resolve("work").resolve("rounds"))) {
            Path begun = rounds.findFirst().orElseThrow().resolve("scratch");
            assertThat(embedding(begun)).isEqualTo(embedding(pretrained));
        }
    }

    private static float[] embedding(Path folderOfModel) {
        try (SavedModel model = SavedModel.load(folderOfModel, SessionOptions.forTraining())) {
            ByteBuffer image = Shapes.alone(Shapes.draw(1, new SplittableRandom(1)));
            return new Classifier(model).classify(image, 1).embedding(0);
        }
    }

    private SignatureResult signature(ModelBundle bundle) {
        try {
            Path publicKey = Files.writeString(folder.resolve("key.pub"), PUBLIC_KEY);
            return TrustedKeys.read(List.of(publicKey)).verify(bundle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertThatItAnswersAsItsGoldenRequestsSay(Path bundle) throws Exception {
        List<WarmupRequest> requests = WarmupRequests.read(bundle);
        assertThat(requests).hasSize(32);
        List<float[]> expected = requests.stream()
                .map(request -> request.probabilities().orElseThrow())
                .toList();
        List<float[]> answers = new ArrayList<>();
        Set<Integer> labels = new HashSet<>();
        try (SavedModel model = SavedModel.load(bundle, SessionOptions.forServing(1))) {
            Classifier classifier = new Classifier(model);
            ByteBuffer image = ByteBuffer.allocateDirect(classifier.imageSize());
            for (WarmupRequest request : requests) {
                Classifications said =
                        classifier.classify(image.clear().put(request.image()).flip(), 1);
                answers.add(said.probabilities(0));
                labels.add(said.label(0));
            }
        }
        assertThat(GoldenAnswers.compare(expected, answers).fault(new GoldenTolerance(1e-4, 0)))
                .isEmpty();
        assertThat(labels).hasSizeGreaterThan(1); // images of several classes
    }

    @Test
    void aDriftAlarmBeginsARoundOverTheImagesSinceAndControlStandsBesideTheStudent() throws Exception {
        try (TrainerService trainer = open(config(60, 40))) {
            trainer.start();
            awaitLast(1);
            sendTraffic(100, 5);
            Instant since = Instant.now();
            sendTraffic(600, 6);
            request(Trigger.DRIFT, Optional.of(since));
            awaitLast(2);
        }

        List<RoundStep> second = steps().subList(5, steps().size());
        assertThat(second.getFirst()).isInstanceOfSatisfying(RoundStep.Snapshotted.class, snapshot -> {
            assertThat(snapshot.trigger()).isEqualTo(Trigger.DRIFT);
            assertThat(snapshot.champion()).contains(new ModelVersion(MODEL, 1));
        });
        assertThat(second.get(1)).isInstanceOfSatisfying(RoundStep.Labelled.class, labelled -> {
            assertThat(labelled.unlabeledImages()).isEqualTo(450); // of 600 a quarter are audit images
            assertThat(labelled.labeledImages()).isEqualTo(90);
        });
        assertThat(second.get(2)).isInstanceOfSatisfying(RoundStep.Trained.class, trained -> {
            assertThat(trained.trials().stream().map(Trial::candidate))
                    .containsOnly("labels", "batch-norm", "student", "consistency", "scratch");
            assertThat(trained.trials().stream().filter(trial -> trial.steps() == 10))
                    .hasSize(3); // of 40 steps, before the first halving
            assertThat(trained.choice()).isPresent();
        });
        assertThat(second.get(3)).isInstanceOfSatisfying(RoundStep.Evaluated.class, evaluated -> {
            assertThat(evaluated.student().auditImages()).isBetween(60, 115); // the half of 175 that judges
            assertThat(evaluated.champion()).isPresent();
            assertThat(evaluated.control()).isPresent();
            assertThat(evaluated.adaptedControl()).isPresent();
        });
        assertThat(second.getLast().isLast()).isTrue();
    }

    @Test
    void aTrainerThatStopsInTheMiddleGoesOnWhereItWasAndEndsAsOneThatDoesNot() throws Exception {
        TrainerConfig config = config(400, 40);
        try (TrainerService trainer = open(config)) {
            trainer.start();
            await().atMost(PATIENCE).until(() -> steps().stream().anyMatch(RoundStep.Labelled.class::isInstance));
            await().atMost(PATIENCE)
                    .until(() -> folder.resolve("work/rounds")
                            .toFile()
                            .listFiles()[0]
                            .toPath()
                            .resolve("scratch-checkpoints/latest")
                            .toFile()
                            .exists());
        }
        assertThat(steps().getLast()).isInstanceOf(RoundStep.Labelled.class);
        try (TrainerService trainer = open(config)) {
            trainer.start();
            awaitLast(1);
        }
        assertThat(steps().stream().filter(RoundStep.Labelled.class::isInstance))
                .hasSize(1);
        assertThat(steps().getLast()).isEqualTo(new RoundStep.Promoted(new ModelVersion(MODEL, 1)));
    }

    @Test
    void aRoundThatGoesOnAfterOneOfItsImagesWasErasedBeginsAgainWithoutIt() throws Exception {
        TrainerConfig config = config(60, 400);
        try (TrainerService trainer = open(config)) {
            trainer.start();
            awaitLast(1);
            sendTraffic(600, 6);
            request(Trigger.MANUAL, Optional.empty());
            await().atMost(PATIENCE).until(() -> labelled().size() == 2);
        }
        eraseOneToLearnFrom();
        try (TrainerService trainer = open(config)) {
            trainer.start();
            awaitLast(2);
        }

        List<RoundStep.Labelled> labelled = labelled();
        assertThat(labelled).hasSize(3);
        assertThat(labelled.get(2).unlabeledImages()).isEqualTo(labelled.get(1).unlabeledImages() - 1);
    }

    @Test
    void aRoundIsHeldIfOneOfItsImagesIsErasedMeanwhile() throws Exception {
        try (TrainerService trainer = open(config(60, 200))) {
            trainer.start();
            awaitLast(1);
            sendTraffic(600, 6);
            request(Trigger.MANUAL, Optional.empty());
            await().atMost(PATIENCE).until(() -> labelled().size() == 2);
            eraseOneToLearnFrom();
            awaitLast(2);
        }

        assertThat(steps().getLast())
                .isInstanceOfSatisfying(
                        RoundStep.Held.class,
                        held -> assertThat(held.reasons())
                                .singleElement()
                                .asString()
                                .contains("was erased"));
    }

    private List<RoundStep.Labelled> labelled() throws InterruptedException {
        return steps().stream()
                .filter(RoundStep.Labelled.class::isInstance)
                .map(RoundStep.Labelled.class::cast)
                .toList();
    }

    private void eraseOneToLearnFrom() throws Exception {
        List<UnlabeledImage> images = new ArrayList<>();
        try (TopicReader reader = new TopicReader(connection, "test")) {
            reader.read(
                    reader.all(Topics.UNLABELED), record -> images.add(Codecs.UNLABELED_IMAGE.decode(record.value())));
        }
        Erasure.Image image = new Erasure.Image(images.stream()
                .filter(candidate -> !candidate.audit())
                .findFirst()
                .orElseThrow()
                .id());
        send(
                Topics.ERASURES,
                image.key(),
                Codecs.ERASURE.encode(new Erasure(image, Instant.now(), Optional.empty(), List.of(), "")));
        producer.flush();
    }

    /** Names the folder of a model that was exported elsewhere, for 16x16x1 images of 3 classes; else one is made. */
    private Path broughtModel() throws IOException {
        String exported = System.getenv("FRESHET_BROUGHT_MODEL");
        if (exported != null) {
            return Path.of(exported);
        }
        Path made = folder.resolve("theirs");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-8"), Shapes.SIDE, Shapes.SIDE, 1, 3, false),
                9,
                made);
        return made;
    }

    @Test
    void aModelThatAUserBringsIsTrainedByRounds() throws Exception {
        brought = Optional.of(broughtModel());
        try (TrainerService trainer = open(config(60, 40))) {
            trainer.start();
            awaitLast(1);
            sendTraffic(600, 6);
            request(Trigger.MANUAL, Optional.empty());
            awaitLast(2);
        }

        List<RoundStep> second = steps().subList(5, steps().size());
        assertThat(second.get(2))
                .isInstanceOfSatisfying(
                        RoundStep.Trained.class,
                        trained -> assertThat(trained.trials().stream().map(Trial::candidate))
                                .containsOnly("labels", "batch-norm", "student", "consistency", "scratch"));
        assertThat(second.get(3))
                .isInstanceOfSatisfying(
                        RoundStep.Evaluated.class,
                        evaluated ->
                                assertThat(evaluated.student().auditError()).isLessThan(.3)); // of three classes
        assertThat(second.getLast().isLast()).isTrue();
        ModelDescriptor first = store.describe(new ModelVersion(MODEL, 1)).orElseThrow();
        assertThat(first.architecture()).isEqualTo("brought:" + brought.get().getFileName());
        Path copy = folder.resolve("copy");
        store.fetch(store.locate(first.modelVersion()), copy);
        assertThat(Files.readAllBytes(copy.resolve("saved_model.pb")))
                .isEqualTo(Files.readAllBytes(brought.get().resolve("saved_model.pb")));
        assertThatItAnswersAsItsGoldenRequestsSay(copy);
    }

    @Test
    void aVersionIsMadeAgainFromItsLineageToTheBit() throws Exception {
        gate = NEARLY_OPEN;
        candidates = List.of(Candidate.STUDENT);
        TrainerConfig config = config(5, 60); // after some steps there is much to be better at
        try (TrainerService trainer = open(config)) {
            trainer.start();
            awaitLast(1);
            sendTraffic(600, 6);
            request(Trigger.MANUAL, Optional.empty());
            awaitLast(2);
        }
        assertThat(steps().getLast()).isEqualTo(new RoundStep.Promoted(new ModelVersion(MODEL, 2)));
        sendTraffic(200, 8); // what came later is none of its business

        assertThat(replay(config, 1)).isInstanceOf(ReplayResult.Equal.class);
        assertThat(replay(config, 2)).isInstanceOf(ReplayResult.Equal.class);
        assertThat(replay(config(6, 60), 1)).isInstanceOf(ReplayResult.Different.class);

        eraseOneToLearnFrom();
        assertThat(replay(config, 2))
                .isInstanceOfSatisfying(
                        ReplayResult.Impossible.class,
                        impossible -> assertThat(impossible.reasons())
                                .singleElement()
                                .asString()
                                .contains("no longer those that it learned from"));

        Shapes.write(folder.resolve("labeled"), 31, 3);
        assertThat(replay(config, 2))
                .isInstanceOfSatisfying(
                        ReplayResult.Impossible.class,
                        impossible -> assertThat(impossible.reasons())
                                .singleElement()
                                .asString()
                                .contains("labeled set", "is another"));
    }

    @Test
    void aVersionWhoseImagesManyLabelledIsMadeAgainByOneToTheBit() throws Exception {
        gate = NEARLY_OPEN;
        candidates = List.of(Candidate.STUDENT);
        labelling = new LabellingConfig(true, 250, "labellers", folder.resolve("labellers"));
        TrainerConfig config = config(5, 60);
        try (LabellerService one = LabellerService.start(labelling, connection, store, new SimpleMeterRegistry());
                LabellerService two = LabellerService.start(labelling, connection, store, new SimpleMeterRegistry());
                TrainerService trainer = open(config)) {
            trainer.start();
            awaitLast(1);
            sendTraffic(1_200, 6);
            request(Trigger.MANUAL, Optional.empty());
            awaitLast(2);
            assertThat(one.obstacle()).isEmpty();
            assertThat(two.obstacle()).isEmpty();
        }
        assertThat(steps().getLast()).isEqualTo(new RoundStep.Promoted(new ModelVersion(MODEL, 2)));

        labelling = LabellingConfig.defaults();
        assertThat(replay(config(5, 60), 2)).isInstanceOf(ReplayResult.Equal.class);
    }

    @Test
    void theFirstModelsHyperParametersAreLookedForAndItsLineageStatesThem() throws Exception {
        search = true;
        Shapes.write(folder.resolve("labeled"), 60, 1);
        TrainerConfig config = config(100, 60);
        try (TrainerService trainer = open(config)) {
            trainer.start();
            awaitLast(1);
        }
        RoundConfig stated = statedIn(1, config.rounds());
        assertThat(stated.initial()).isNotEqualTo(config.rounds().initial());
        assertThat(replay(config, stated, 1)).isInstanceOf(ReplayResult.Equal.class);
        assertThat(replay(config, 1)).isInstanceOf(ReplayResult.Different.class);
    }

    /** The configuration with the first model's hyper-parameters as a version's lineage states them. */
    private RoundConfig statedIn(long version, RoundConfig config) throws Exception {
        JsonNode initial = new ObjectMapper()
                .valueToTree(store.describe(new ModelVersion(MODEL, version))
                        .orElseThrow()
                        .lineage()
                        .configuration())
                .at("/rounds/initial");
        return config.with(new ObjectMapper().treeToValue(initial, TrainingConfig.class), config.student());
    }

    private ReplayResult replay(TrainerConfig config, long version) throws Exception {
        return replay(config, config.rounds(), version);
    }

    private ReplayResult replay(TrainerConfig config, RoundConfig rounds, long version) throws Exception {
        List<String> said = new ArrayList<>();
        try (Replays replays = Replays.open(config, connection, store, said::add)) {
            ModelDescriptor descriptor =
                    store.describe(new ModelVersion(MODEL, version)).orElseThrow();
            return replays.run(descriptor, rounds);
        } finally {
            assertThat(folder.resolve("work/replay")).doesNotExist();
        }
    }

    @Test
    void aSecondTrainerOfTheModelShutsOutTheFirst() throws Exception {
        try (TrainerService first = open(config(60, 40))) {
            first.start();
            awaitLast(1);
            try (RoundJournal second = RoundJournal.open(connection, MODEL)) {
                request(Trigger.MANUAL, Optional.empty());
                await().atMost(PATIENCE).until(() -> !first.isHealthy());
                assertThat(first.failure()).get().isInstanceOf(RoundJournal.FencedException.class);
                second.write(new RoundMessage.Event(MODEL, Instant.now(), "second", new RoundStep.Failed("a test")));
            }
        }
        assertThat(steps().getLast()).isEqualTo(new RoundStep.Failed("a test"));
    }

    private TrainerService open(TrainerConfig config) throws Exception {
        return TrainerService.open(
                config,
                Map.of("search", config.search()),
                connection,
                store,
                new SimpleMeterRegistry(),
                Clock.systemUTC());
    }

    private TrainerConfig config(int initialSteps, int studentSteps) {
        Noise noise = new Noise(.2, .1, .05);
        return new TrainerConfig(
                MODEL,
                folder.resolve("labeled"),
                Optional.of(folder.resolve("anchor")),
                .2,
                Optional.empty(),
                false, // all shapes look alike to a quick eye
                Optional.of(folder.resolve("key.pem")),
                folder.resolve("work"),
                new TriggerConfig(Optional.empty(), Optional.empty(), true, 400, 10_000),
                new RoundConfig(
                        new TrainingConfig(initialSteps, 32, .1, .1, 5e-4, .9, noise, 20),
                        "residual-8",
                        initFrom,
                        new TrainingConfig(studentSteps, 32, .05, .1, 5e-4, .9, noise, 20),
                        "",
                        candidates,
                        true,
                        new LabelPolicy(.7, .3, .5),
                        .25,
                        0,
                        true,
                        1_000,
                        false,
                        1,
                        gate,
                        brought,
                        1),
                search,
                labelling);
    }

    /** Every fourth image belongs to the audit sample and is labeled at once. */
    private void sendTraffic(int images, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < images; i++) {
            int label = random.nextInt(Shapes.CLASSES.size());
            PixelImage pixels = Shapes.image(label, random);
            UnlabeledImage image = new UnlabeledImage(
                    pixels.id(),
                    pixels.toPng(),
                    "test",
                    "event-" + i,
                    Instant.now(),
                    new TopicPosition(0, i),
                    Optional.empty(),
                    i % 4 == 0);
            send(Topics.UNLABELED, image.id().hex(), Codecs.UNLABELED_IMAGE.encode(image));
            if (image.audit()) {
                send(Topics.LABEL_REQUESTS, image.id().hex(), Codecs.LABEL_REQUEST.encode(LabelRequest.of(image)));
                send(
                        Topics.LABELS,
                        image.id().hex(),
                        Codecs.LABEL.encode(new Label(image.id(), Shapes.CLASSES.get(label), "test", Instant.now())));
            }
        }
        producer.flush();
    }

    private void request(Trigger trigger, Optional<Instant> since) throws Exception {
        RoundMessage request = new RoundMessage.Request(MODEL, Instant.now(), trigger, "a test", since);
        send(Topics.ROUNDS, MODEL, Codecs.ROUND_MESSAGE.encode(request));
        producer.flush();
    }

    private void send(Topics topic, String key, byte[] value) throws Exception {
        var unused = producer.send(new ProducerRecord<>(topic.topicName(), key, value));
    }

    private void awaitLast(int rounds) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> steps().stream().filter(RoundStep::isLast).count() >= rounds);
    }

    private List<RoundStep> steps() throws InterruptedException {
        List<RoundStep> steps = new ArrayList<>();
        try (TopicReader reader = new TopicReader(connection, "test")) {
            reader.read(reader.all(Topics.ROUNDS), record -> {
                if (Codecs.ROUND_MESSAGE.decode(record.value()) instanceof RoundMessage.Event event) {
                    steps.add(event.step());
                }
            });
        }
        return steps;
    }

    private List<ModelAnnouncement> announcements() throws InterruptedException {
        List<ModelAnnouncement> announcements = new ArrayList<>();
        try (TopicReader reader = new TopicReader(connection, "test")) {
            reader.read(
                    reader.all(Topics.MODELS),
                    record -> announcements.add(Codecs.MODEL_ANNOUNCEMENT.decode(record.value())));
        }
        return announcements;
    }
}
