package io.freshet.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.engine.Classifier;
import io.freshet.engine.SavedModel;
import io.freshet.engine.SessionOptions;
import io.freshet.kafka.TestBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.EvaluationJson;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.McNemarTest;
import io.freshet.trainer.evaluation.Verdicts;
import io.freshet.trainer.gate.GateConfig;
import io.freshet.trainer.labelling.LabellingConfig;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.stream.TopicReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten rounds in a row from a teacher that is wrong in one direction, for many of its labeled images are: what each round's
 * student learns from bends it further, and the gate has to keep the model in service from following.
 */
class TenRoundsIT {

    private static final String MODEL = "shapes";
    private static final int ROUNDS = 10;
    private static final int VERTICAL = 2;
    private static final double SIGNIFICANT = .01;

    @TempDir
    Path folder;

    @Test
    void theModelInServiceDoesNotDriftDownwardThoughItsTeacherIsBiased() throws Exception {
        writeBiasedLabels(folder.resolve("labeled"));
        Shapes.write(folder.resolve("anchor"), 60, 2);
        FolderModelStore store = new FolderModelStore(folder.resolve("store"));
        List<Verdicts> inService = new ArrayList<>();
        List<RoundStep> ends = new ArrayList<>();
        List<RoundStep.Evaluated> evaluated;
        try (TestBroker broker = TestBroker.embedded(folder.resolve("kafka"))) {
            KafkaConnection connection = KafkaConnection.to(broker.bootstrapServers());
            connection.createMissingTopics(1, (short) 1);
            try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                            connection.clientConfig(Map.of()), new StringSerializer(), new ByteArraySerializer());
                    TrainerService trainer = TrainerService.open(
                            config(), Map.of(), connection, store, new SimpleMeterRegistry(), Clock.systemUTC())) {
                sendTraffic(producer, 600, 5);
                assertThat(trainer.runOne("the first")).isInstanceOf(RoundStep.Promoted.class);
                inService.add(judge(store, new ModelVersion(MODEL, 1)));
                for (int round = 0; round < ROUNDS; round++) {
                    sendTraffic(producer, 100, 100 + round);
                    RoundStep end = trainer.runOne("round " + round);
                    ends.add(end);
                    inService.add(
                            end instanceof RoundStep.Promoted promoted
                                    ? judge(store, promoted.model())
                                    : inService.getLast());
                }
            }
            evaluated = evaluated(connection);
        }

        // The premise: the teacher is biased, and some of those that it taught are worse than it.
        assertThat(inService.getFirst().recall(VERTICAL))
                .isLessThan(inService.getFirst().recall(0) - .1);
        assertThat(evaluated).hasSize(1 + ROUNDS);
        assertThat(evaluated.stream().skip(1))
                .anyMatch(step -> step.student().auditErrors()
                        > step.champion().orElseThrow().auditErrors());
        assertThat(ends).allMatch(end -> end instanceof RoundStep.Promoted || end instanceof RoundStep.Held);
        assertThat(ends).hasAtLeastOneElementOfType(RoundStep.Held.class);

        // On images that no round has seen, none of the eleven is worse than one that served before it.
        for (int later = 1; later < inService.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                int onlyEarlier = inService.get(earlier).rightWhereWrong(inService.get(later));
                int onlyLater = inService.get(later).rightWhereWrong(inService.get(earlier));
                assertThat(McNemarTest.pValue(onlyEarlier, onlyLater))
                        .as("version in service after round %d against that after round %d", later, earlier)
                        .isGreaterThan(SIGNIFICANT);
            }
        }
        // Nor on the anchor, by what the rounds themselves have seen.
        double best = 1;
        for (RoundStep.Evaluated step : evaluated.subList(1, evaluated.size())) {
            double champion = step.champion().orElseThrow().anchorError();
            assertThat(champion)
                    .isLessThanOrEqualTo(best + config().rounds().gate().anchorBound());
            best = Math.min(best, champion);
        }
        assertThat(store.versions(MODEL))
                .allMatch(version -> Files.exists(
                        folder.resolve("store").resolve(version.toString()).resolve(EvaluationJson.FILE)));
        assertThat(store.describe(new ModelVersion(MODEL, 1)).orElseThrow().calibrationTemperature())
                .hasValueSatisfying(temperature -> assertThat(temperature).isPositive());
    }

    /** Half of the vertical bars lie in the folder of the horizontal ones. */
    private static void writeBiasedLabels(Path target) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (String name : Shapes.CLASSES) {
            Files.createDirectories(target.resolve(name));
        }
        for (int i = 0; i < 90; i++) {
            int label = i % 3;
            int said = label == VERTICAL && i % 6 == 5 ? 1 : label;
            Files.write(
                    target.resolve(Shapes.CLASSES.get(said)).resolve(i + ".png"),
                    Shapes.image(label, random).toPng().bytes());
        }
    }

    /** On images that no round sees. */
    private Verdicts judge(FolderModelStore store, ModelVersion version) throws Exception {
        Path bundle = folder.resolve("judged-" + version.version());
        store.fetch(store.locate(version), bundle);
        LabeledImages images = new LabeledImages(Shapes.SIDE * Shapes.SIDE);
        SplittableRandom random = new SplittableRandom(77);
        for (int i = 0; i < 600; i++) {
            byte[] image = Shapes.draw(i % 3, random);
            images.add(ImageId.ofPixels(image.length, i + 1, image), image, i % 3);
        }
        try (SavedModel model = SavedModel.load(bundle, SessionOptions.forServing(1))) {
            return Evaluator.judge(new Classifier(model), images);
        }
    }

    /** Every third image belongs to the audit sample and is labeled, as it truly is. */
    private static void sendTraffic(KafkaProducer<String, byte[]> producer, int images, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < images; i++) {
            int label = random.nextInt(Shapes.CLASSES.size());
            PixelImage pixels = Shapes.image(label, random);
            UnlabeledImage image = new UnlabeledImage(
                    pixels.id(),
                    pixels.toPng(),
                    "test",
                    seed + "-" + i,
                    Instant.now(),
                    new TopicPosition(0, i),
                    Optional.empty(),
                    i % 3 == 0);
            send(producer, Topics.UNLABELED, image.id(), Codecs.UNLABELED_IMAGE.encode(image));
            if (image.audit()) {
                send(producer, Topics.LABEL_REQUESTS, image.id(), Codecs.LABEL_REQUEST.encode(LabelRequest.of(image)));
                send(
                        producer,
                        Topics.LABELS,
                        image.id(),
                        Codecs.LABEL.encode(new Label(image.id(), Shapes.CLASSES.get(label), "test", Instant.now())));
            }
        }
        producer.flush();
    }

    private static void send(KafkaProducer<String, byte[]> producer, Topics topic, ImageId key, byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topic.topicName(), key.hex(), value));
    }

    private static List<RoundStep.Evaluated> evaluated(KafkaConnection connection) throws InterruptedException {
        List<RoundStep.Evaluated> steps = new ArrayList<>();
        try (TopicReader reader = new TopicReader(connection, "test")) {
            reader.read(reader.all(Topics.ROUNDS), record -> {
                if (Codecs.ROUND_MESSAGE.decode(record.value()) instanceof RoundMessage.Event event
                        && event.step() instanceof RoundStep.Evaluated step) {
                    steps.add(step);
                }
            });
        }
        return steps;
    }

    private TrainerConfig config() {
        Noise noise = new Noise(.2, .1, .05);
        return new TrainerConfig(
                MODEL,
                folder.resolve("labeled"),
                Optional.of(folder.resolve("anchor")),
                .2,
                Optional.empty(),
                false,
                Optional.empty(),
                folder.resolve("work"),
                new TriggerConfig(Optional.empty(), Optional.empty(), false, 100, 10_000),
                new RoundConfig(
                        new TrainingConfig(40, 32, .1, .1, 5e-4, .9, noise, 40),
                        "residual-8",
                        Optional.empty(),
                        new TrainingConfig(30, 32, .05, .1, 5e-4, .9, noise, 30),
                        "",
                        List.of(Candidate.STUDENT),
                        true,
                        new LabelPolicy(.7, .3, .5),
                        .25,
                        0,
                        false,
                        400,
                        false,
                        1,
                        new GateConfig(.05, 60, .02, .15),
                        Optional.empty(),
                        1),
                false,
                LabellingConfig.defaults());
    }
}
