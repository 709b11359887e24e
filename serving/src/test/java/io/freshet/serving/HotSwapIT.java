package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.TestBroker;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Client.Answer;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotSwapIT {

    private static final int VERSIONS = 16;

    @TempDir
    Path folder;

    TestBroker broker(Path records) throws Exception {
        return TestBroker.embedded(records);
    }

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final SortedSet<Long> seen = new ConcurrentSkipListSet<>();
    private final AtomicBoolean sending = new AtomicBoolean(true);

    /** Sends one request after another on one connection; returns how many. */
    private Callable<Integer> sender(Deployment deployment, Version version, int seed) {
        byte[] png = PixelImage.ofGray(28, 28, TinyModels.pixels(seed, TinyModels.SHAPE))
                .toPng()
                .bytes();
        return () -> {
            int requests = 0;
            long newest = 0;
            try (Client client = new Client(deployment.service().port(), version)) {
                while (sending.get()) {
                    Answer answer = client.post("/v1/models/tiny:predict", "image/png", png);
                    requests++;
                    if (answer.status() == 200) {
                        long served = answer.json().get("version").asLong();
                        if (served < newest) {
                            failures.add("version " + served + " after " + newest);
                        }
                        newest = served;
                        seen.add(served);
                    } else {
                        failures.add(answer.status() + " " + answer.text());
                    }
                }
            } catch (IOException | RuntimeException e) {
                failures.add(e.toString());
            }
            return requests;
        };
    }

    private void awaitSwaps(Deployment deployment, String outcome, int count) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> deployment.value("freshet.serving.swaps", "outcome", outcome) == count);
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> entries = Files.list(folder.resolve("cache/tiny"))) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString().replaceFirst("-.*", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void noRequestFailsWhileVersionsComeAndGo() throws Exception {
        try (Deployment deployment = Deployment.start(
                        folder,
                        Deployment.config(folder, List.of("tiny"), CaptureMode.ASYNC),
                        broker(folder.resolve("kafka")));
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            deployment.announce(new ModelVersion("tiny", 1));
            awaitSwaps(deployment, "served", 1);
            List<Future<Integer>> senders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                senders.add(threads.submit(sender(deployment, i % 2 == 0 ? Version.HTTP_1_1 : Version.HTTP_2, i)));
            }

            for (int version = 2; version <= VERSIONS; version++) {
                deployment.announce(new ModelVersion("tiny", version));
                awaitSwaps(deployment, "served", version);
            }
            announceWhatMustBeRefused(deployment);
            awaitSwaps(deployment, "refused", 2);
            await().until(() -> seen.contains((long) VERSIONS));
            sending.set(false);

            for (Future<Integer> sender : senders) {
                assertThat(sender.get()).isGreaterThan(VERSIONS);
            }
            assertThat(failures).isEmpty();
            assertThat(seen).last().isEqualTo((long) VERSIONS);
            assertThat(deployment.value("freshet.serving.model.version", "model", "tiny"))
                    .isEqualTo(VERSIONS);
            await().untilAsserted(() ->
                    assertThat(deployment.value("freshet.serving.open")).isEqualTo(1));
            await().untilAsserted(() ->
                    assertThat(cached()).containsExactly(Integer.toString(VERSIONS - 1), Integer.toString(VERSIONS)));
        }
    }

    /** One whose files are not those announced, and one that tells other classes apart. */
    private void announceWhatMustBeRefused(Deployment deployment) throws Exception {
        ModelVersion tampered = new ModelVersion("tiny", VERSIONS + 1);
        ModelAnnouncement announcement = TinyModels.publish(deployment.store(), folder.resolve("scratch"), tampered);
        Path graph = folder.resolve("store").resolve(tampered.toString()).resolve("saved_model.pb");
        byte[] bytes = Files.readAllBytes(graph);
        bytes[bytes.length / 2] ^= 1;
        Files.write(graph, bytes);
        deployment.announce(announcement);
        awaitSwaps(deployment, "refused", 1);

        ModelVersion other = new ModelVersion("tiny", VERSIONS + 2);
        ModelBundle bundle =
                TinyModels.write(folder.resolve("scratch").resolve(other.toString()), other, List.of("cat", "dog"));
        deployment.announce(TinyModels.publish(deployment.store(), other, bundle));
    }
}
