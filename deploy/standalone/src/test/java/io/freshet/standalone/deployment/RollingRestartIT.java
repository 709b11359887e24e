package io.freshet.standalone.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.TestCluster;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Datasets;
import io.freshet.trainer.stream.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rolling update of a running system: two replicas of serving, two of ingest and a trainer in the middle of a round are
 * restarted one after another while clients send images, and one of three brokers is killed and comes back. No prediction
 * fails, each image comes through once, and the round goes on to its end. {@code -Dfreshet.restart.times=10} goes round
 * as many times; each build does it once.
 */
class RollingRestartIT {

    private static final Logger LOG = LoggerFactory.getLogger(RollingRestartIT.class);

    private static final int TIMES = Integer.getInteger("freshet.restart.times", 1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String MODEL = "fashion";
    private static final int LABELED = 200;
    private static final int VICTIM = 2;

    /** Images of a range of their own, so that no two sources send the same. */
    private static final int CAMERA = 1_000_000;

    /**
     * Each image is kept, so that each can be counted. The only checkpoint within a run is the one that the trainer leaves
     * when it is told to stop.
     */
    private static final String CONFIG = """
            kafka: {partitions: 4}
            ingest:
              threads: 1
              deduplication: {near: false}
              budget: {perSecond: 10000, sourceShare: 1, classShare: 1}
            trainer:
              model: fashion
              leaveOutNear: false
              triggers: {schedule: null, drift: false, images: 200, minImages: 100}
              rounds:
                initial: {steps: 20, batchSize: 16, checkpointEvery: 100000}
                initialArchitecture: residual-8
                student: {steps: 600, batchSize: 16, checkpointEvery: 100000}
                candidates: [STUDENT]
                control: false
            serving:
              host: 127.0.0.1
              sessionThreads: 1
              drainTime: 3s
            """;

    @TempDir
    Path folder;

    private final List<RestartedProcess> processes = new ArrayList<>();
    private Dataset dataset;

    @BeforeEach
    void readImages() throws IOException, InterruptedException {
        dataset = Datasets.read(Datasets.SAMPLE, folder);
        dataset.write(dataset.examples().subList(0, LABELED), folder.resolve("labeled"));
    }

    @Test
    void aRollingRestartUnderLoadWithABrokerKilledLosesNothing() throws Exception {
        try (TestCluster cluster = TestCluster.start(folder.resolve("kafka"), 3)) {
            KafkaConnection kafka = KafkaConnection.to(cluster.bootstrapServers());
            awaitBrokers(kafka, cluster);
            kafka.createMissingTopics(4, (short) -1);
            try {
                restartAll(cluster, kafka);
            } finally {
                RestartedProcess.closeAll(processes);
            }
        }
    }

    private void restartAll(TestCluster cluster, KafkaConnection kafka) throws Exception {
        List<Integer> ports = Ports.free(6);
        Path config = Files.writeString(folder.resolve("freshet.yaml"), CONFIG);
        RestartedProcess trainer = trainer(config, cluster, ports.get(0));
        List<RestartedProcess> ingest = List.of(
                ingest(config, cluster, "ingest-0", ports.get(1)), ingest(config, cluster, "ingest-1", ports.get(2)));
        List<RestartedProcess> serving = List.of(
                serving(config, cluster, "serving-0", ports.get(3)),
                serving(config, cluster, "serving-1", ports.get(4)));
        processes.forEach(RestartedProcess::awaitReady);

        SteadyLoad load;
        SteadyCamera camera;
        try (ReadyReplicas replicas =
                new ReadyReplicas(serving.stream().map(RestartedProcess::port).toList())) {
            load = new SteadyLoad(MODEL, replicas, this::image, Duration.ofMillis(50));
            camera = new SteadyCamera(kafka, number -> image(CAMERA + number), Duration.ofMillis(500));
            try (load;
                    camera) {
                load.start();
                camera.start();
                serving.forEach(replica -> awaitAnswers(load, replica));
                restartInTheMiddleOfARound(trainer);
                for (int time = 0; time < TIMES; time++) {
                    restart(serving.get(0), load);
                    restart(ingest.get(0));
                    cluster.kill(VICTIM);
                    LOG.info("Broker {} is killed", VICTIM);
                    restart(serving.get(1), load);
                    restart(ingest.get(1));
                    cluster.start(VICTIM);
                    awaitBrokers(kafka, cluster);
                }
                awaitRounds(kafka, 2);
            }
        }

        assertThat(load.failures()).isEmpty();
        assertThatEachImageCameThroughOnce(kafka, load, camera);
        LOG.info(
                "{} predictions, none failed; {} records of a camera; {} images kept, each once",
                load.answered().size(),
                camera.ids().size() + camera.broken(),
                unlabeled(kafka).size());
    }

    /** When it is told to stop, it leaves a checkpoint; it goes on from there, and not from the beginning. */
    private static void restartInTheMiddleOfARound(RestartedProcess trainer) throws Exception {
        await().atMost(PATIENCE).until(() -> studentSteps(trainer) > 20);
        trainer.stop();
        trainer.start();
        trainer.awaitReady();
        await().atMost(PATIENCE).until(() -> studentSteps(trainer) > 0);
        assertThat(studentSteps(trainer)).isGreaterThan(20);
        assertThat(trainer.text()).contains("Going on with round");
    }

    private static double studentSteps(RestartedProcess trainer) throws InterruptedException {
        return trainer.metric("freshet_trainer_run_taken_steps", "role=\"student\"");
    }

    private static void restart(RestartedProcess process) throws Exception {
        process.stop();
        process.start();
        process.awaitReady();
    }

    private static void restart(RestartedProcess serving, SteadyLoad load) throws Exception {
        restart(serving);
        awaitAnswers(load, serving);
    }

    /** Some more than until now. */
    private static void awaitAnswers(SteadyLoad load, RestartedProcess serving) {
        int before = load.answeredBy(serving.port());
        await().atMost(PATIENCE).until(() -> {
            assertThat(load.failures()).isEmpty();
            return load.answeredBy(serving.port()) > before + 20;
        });
    }

    /** An image that no other number has: the number stands in its first pixels. */
    private PixelImage image(int number) {
        int beyondLabeled = dataset.examples().size() - LABELED;
        byte[] gray = dataset.examples()
                .get(LABELED + Math.floorMod(number, beyondLabeled))
                .image()
                .toModelInput(28, 28, 1);
        for (int i = 0; i < Integer.BYTES; i++) {
            gray[i] = (byte) (number >> (Byte.SIZE * i));
        }
        return PixelImage.ofGray(28, 28, gray);
    }

    private RestartedProcess trainer(Path config, TestCluster cluster, int port) throws IOException {
        return started(
                "trainer",
                "512m",
                port,
                "trainer",
                config,
                cluster,
                Map.of(
                        "admin.trainerPort", Integer.toString(port),
                        "trainer.labeled", folder.resolve("labeled").toString(),
                        "trainer.work", folder.resolve("work").toString()));
    }

    private RestartedProcess ingest(Path config, TestCluster cluster, String name, int port) throws IOException {
        return started(
                name,
                "256m",
                port,
                "ingest",
                config,
                cluster,
                Map.of(
                        "admin.ingestPort", Integer.toString(port),
                        "ingest.stateDirectory", folder.resolve(name).toString()));
    }

    private RestartedProcess serving(Path config, TestCluster cluster, String name, int port) throws IOException {
        return started(
                name,
                "256m",
                port,
                "serve",
                config,
                cluster,
                Map.of(
                        "serving.port", Integer.toString(port),
                        "serving.cacheDirectory", folder.resolve(name).toString()));
    }

    private RestartedProcess started(
            String name,
            String heap,
            int port,
            String command,
            Path config,
            TestCluster cluster,
            Map<String, String> own)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command, "--config", config.toString()));
        Map<String, String> settings = new HashMap<>(own);
        settings.put("kafka.bootstrapServers", cluster.bootstrapServers());
        settings.put("store", folder.resolve("models").toString());
        settings.put("admin.host", "127.0.0.1");
        settings.forEach((key, value) -> arguments.addAll(List.of("-D", key + "=" + value)));
        RestartedProcess process = new RestartedProcess(name, heap, folder.resolve("logs"), port, arguments);
        processes.add(process);
        return process;
    }

    /** Until all are there, and have a copy of each record. */
    private static void awaitBrokers(KafkaConnection kafka, TestCluster cluster) {
        try (Admin admin = Admin.create(kafka.clientConfig(Map.of()))) {
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(ExecutionException.class)
                    .until(() -> admin.describeCluster().nodes().get().size()
                            == cluster.nodes().size());
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(ExecutionException.class)
                    .until(() -> {
                        List<String> topics = Arrays.stream(Topics.values())
                                .map(Topics::topicName)
                                .filter(Set.copyOf(admin.listTopics().names().get())::contains)
                                .toList();
                        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                                .flatMap(topic -> topic.partitions().stream())
                                .allMatch(partition -> partition.isr().size()
                                        == cluster.nodes().size());
                    });
        }
    }

    /** Each with steps that it took once, also the one that was restarted. */
    private static void awaitRounds(KafkaConnection kafka, int decided) {
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            Map<String, List<RoundStep>> rounds = rounds(kafka);
            assertThat(rounds.values().stream().filter(steps -> steps.getLast().isLast()))
                    .as("rounds %s", rounds)
                    .hasSizeGreaterThanOrEqualTo(decided);
        });
        assertThat(rounds(kafka).values())
                .allSatisfy(steps -> assertThat(steps)
                        .noneMatch(RoundStep.Failed.class::isInstance)
                        .extracting(step -> (Object) step.getClass())
                        .doesNotHaveDuplicates());
    }

    private void assertThatEachImageCameThroughOnce(KafkaConnection kafka, SteadyLoad load, SteadyCamera camera) {
        List<TrafficImage> traffic = traffic(kafka);
        // What serving has answered is in the traffic, once, beside what the camera sent.
        assertThat(traffic.stream().map(TrafficImage::eventId).filter(id -> id.startsWith("request-")))
                .containsExactlyInAnyOrderElementsOf(load.answered().keySet());
        assertThat(traffic).hasSize(load.answered().size() + camera.ids().size() + camera.broken());

        Set<ImageId> images = new HashSet<>(load.answered().values());
        images.addAll(camera.ids());
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(unlabeled(kafka)).containsExactlyInAnyOrderElementsOf(images));
        // Each that was no image lies in the dead letters, once; the rest are the copies.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(letters(kafka)).hasSize(camera.broken()));
        assertThat(letters(kafka)).extracting(DeadLetter::origin).doesNotHaveDuplicates();
        assertThat(letters(kafka)).extracting(DeadLetter::reason).containsOnly("unknown-format");
        assertThat(traffic.size() - images.size() - camera.broken())
                .as("copies")
                .isEqualTo(load.answered().size()
                        - Set.copyOf(load.answered().values()).size());
    }

    private static List<TrafficImage> traffic(KafkaConnection kafka) {
        List<TrafficImage> images = new ArrayList<>();
        read(
                kafka,
                Topics.TRAFFIC,
                record -> images.add(
                        TrafficImage.read(new EncodedImage(record.value()), record.headers(), Instant.EPOCH)));
        return images;
    }

    private static List<ImageId> unlabeled(KafkaConnection kafka) {
        List<ImageId> ids = new ArrayList<>();
        read(
                kafka,
                Topics.UNLABELED,
                record -> ids.add(Codecs.UNLABELED_IMAGE.decode(record.value()).id()));
        return ids;
    }

    private static List<DeadLetter> letters(KafkaConnection kafka) {
        List<DeadLetter> letters = new ArrayList<>();
        read(
                kafka,
                Topics.TRAFFIC_DLQ,
                record -> letters.add(DeadLetter.read(record.headers()).orElseThrow()));
        return letters;
    }

    /** The steps of each, the first one first. */
    private static Map<String, List<RoundStep>> rounds(KafkaConnection kafka) {
        Map<String, List<RoundStep>> rounds = new LinkedHashMap<>();
        read(kafka, Topics.ROUNDS, record -> {
            if (Codecs.ROUND_MESSAGE.decode(record.value()) instanceof RoundMessage.Event event) {
                rounds.computeIfAbsent(event.roundId(), id -> new ArrayList<>()).add(event.step());
            }
        });
        return rounds;
    }

    private static void read(KafkaConnection kafka, Topics topic, Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        try (TopicReader reader = new TopicReader(kafka, "rolling-restart-it")) {
            reader.read(reader.all(topic), handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
