package io.freshet.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Datasets;
import io.freshet.standalone.demo.TrafficClient.Answer;
import io.freshet.standalone.deployment.SeparateProcesses;
import io.freshet.standalone.deployment.SeparateProcesses.Member;
import io.freshet.trainer.stream.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The demo in a process for each service, of which one is killed while the student is in training and is started again:
 * no image is lost, and the story is that of a run in which nothing was killed.
 */
class KillIT {

    private static final String MODEL = "demo";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Few, so that a student that learns on is better. */
    private static final int FIRST_STEPS = 40;

    private static final int STUDENT_STEPS = 70;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Member.class)
    void aServiceThatIsKilledLosesNothing(Member member) throws Exception {
        DemoOptions options = new DemoOptions(
                folder, Datasets.SAMPLE, false, true, 60, 1, FIRST_STEPS, STUDENT_STEPS, 700, 1, PATIENCE);
        RunFolder run = new RunFolder(folder.resolve("run"));
        Dataset dataset = Datasets.read(options.dataset(), folder);
        Cast cast = Cast.of(dataset, options.seed());
        dataset.write(cast.labeled(), run.labeled());
        dataset.write(cast.anchor().subList(0, 500), run.anchor());
        Scenes scenes = new Scenes(dataset, cast.stream(), options.seed());

        FreshetConfig config = withoutDoubt(DemoConfig.of(options, MODEL, run));
        try (SeparateProcesses services = new SeparateProcesses(config, run.kafka(), run.root())) {
            URI serving = URI.create("http://127.0.0.1:" + services.servingPort());
            TrafficClient client = new TrafficClient(
                    scenes,
                    serving.resolve("/v1/models/" + MODEL + ":predict"),
                    serving.resolve("/v2/models/" + MODEL + "/ready"),
                    options.rate(),
                    true);
            try (client;
                    Newsroom newsroom = new Newsroom(services.kafka(), message -> {});
                    People people = new People(services.kafka(), scenes)) {
                newsroom.start();
                await().atMost(PATIENCE).until(client::isReady);
                people.start();
                client.start();

                awaitStep(newsroom, step -> step instanceof RoundStep.Labelled, 2);
                services.kill(member);
                services.start(member);
                awaitStep(newsroom, RoundStep::isLast, 2);
                assertThatTheStoryIsThatOfAnyRun(services);
                await().atMost(PATIENCE)
                        .until(() -> client.answers().stream().anyMatch(answer -> answer.version() == 2));
            }

            assertThat(client.answers()).noneMatch(Answer::failed);
            assertThat(client.answers()).hasSize(client.sent());
            assertThat(captured(services))
                    .containsAll(client.answers().stream()
                            .map(answer -> Scenes.requestId(answer.index()))
                            .toList());
            assertThatEachImageCameThroughOnce(services, cast, client.answers());
        }
    }

    /**
     * What the student learned in so short a training, and how many labels people had for it, must not decide how the
     * story ends: the gate is as good as open. One candidate is enough to be in training when a service is killed.
     */
    private FreshetConfig withoutDoubt(FreshetConfig config) throws IOException {
        Path file = folder.resolve("config.yaml");
        Files.writeString(file, new ConfigLoader().toYaml(config));
        Map<String, String> changes = Map.of(
                "trainer.rounds.gate.level",
                "0.9999",
                "trainer.rounds.gate.anchorBound",
                "1",
                "trainer.rounds.gate.recallBound",
                "1",
                "trainer.rounds.gate.calibrationBound",
                "1",
                "trainer.rounds.gate.minAuditImages",
                "50",
                "trainer.rounds.candidates",
                "STUDENT",
                "trainer.rounds.control",
                "false");
        return new ConfigLoader().load(Optional.of(file), Map.of(), changes);
    }

    private static void awaitStep(Newsroom newsroom, Predicate<RoundStep> which, int times) {
        await().atMost(PATIENCE)
                .until(() -> steps(newsroom.rounds()).stream().filter(which).count() >= times);
    }

    private static void assertThatEachImageCameThroughOnce(
            SeparateProcesses services, Cast cast, List<Answer> answers) {
        Set<ImageId> sent = answers.stream()
                .map(answer -> cast.stream().get(answer.index()).image().id())
                .collect(Collectors.toSet());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(unlabeled(services)).containsExactlyInAnyOrderElementsOf(sent));
    }

    /** The ids of the requests whose images lie in the traffic. */
    private static Set<String> captured(SeparateProcesses services) throws InterruptedException {
        Set<String> ids = new HashSet<>();
        try (TopicReader reader = new TopicReader(services.kafka(), "kill-it")) {
            reader.read(
                    reader.all(Topics.TRAFFIC),
                    record ->
                            ids.add(TrafficImage.read(new EncodedImage(record.value()), record.headers(), Instant.EPOCH)
                                    .eventId()));
        }
        return ids;
    }

    private static List<ImageId> unlabeled(SeparateProcesses services) throws InterruptedException {
        List<ImageId> ids = new ArrayList<>();
        try (TopicReader reader = new TopicReader(services.kafka(), "kill-it")) {
            reader.read(reader.all(Topics.UNLABELED), record -> {
                UnlabeledImage image = Codecs.UNLABELED_IMAGE.decode(record.value());
                ids.add(image.id());
            });
        }
        return ids;
    }

    private static void assertThatTheStoryIsThatOfAnyRun(SeparateProcesses services) throws InterruptedException {
        List<RoundMessage> rounds = new ArrayList<>();
        List<ModelAnnouncement> models = new ArrayList<>();
        try (TopicReader reader = new TopicReader(services.kafka(), "kill-it")) {
            reader.read(reader.all(Topics.ROUNDS), record -> rounds.add(Codecs.ROUND_MESSAGE.decode(record.value())));
            reader.read(
                    reader.all(Topics.MODELS), record -> models.add(Codecs.MODEL_ANNOUNCEMENT.decode(record.value())));
        }
        List<Class<?>> round = List.of(
                RoundStep.Snapshotted.class,
                RoundStep.Labelled.class,
                RoundStep.Trained.class,
                RoundStep.Evaluated.class,
                RoundStep.Promoted.class);
        List<Class<?>> story = new ArrayList<>(round);
        story.addAll(round);
        List<RoundStep> steps = steps(rounds);
        assertThat(steps.stream().limit(story.size()).map(Object::getClass))
                .as("steps %s", steps)
                .containsExactlyElementsOf(story);
        assertThat(models)
                .extracting(ModelAnnouncement::model)
                .startsWith(new ModelVersion(MODEL, 1), new ModelVersion(MODEL, 2));
    }

    private static List<RoundStep> steps(List<RoundMessage> messages) {
        return messages.stream()
                .filter(RoundMessage.Event.class::isInstance)
                .map(message -> ((RoundMessage.Event) message).step())
                .toList();
    }
}
