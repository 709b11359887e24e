package io.freshet.monitoring;

import io.freshet.protocol.image.PixelImage;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Dataset.Example;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that sends images to serving, some a second, and says a little later what each one showed; it goes on whatever
 * comes of them. Thread safe; the caller closes it.
 */
final class Camera implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(40);

    /** How many images later a label comes: before serving has read from Kafka what it answered, it has to wait for that. */
    private static final int LATER = 50;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Dataset dataset;
    private final List<Example> scenes;
    private final URI serving;
    private final String model;
    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean worn;
    private volatile String answeredBy = "";

    Camera(Dataset dataset, List<Example> scenes, URI serving, String model) {
        this.dataset = dataset;
        this.scenes = scenes;
        this.serving = serving;
        this.model = model;
    }

    void start() {
        ScheduledFuture<?> unused = clock.scheduleAtFixedRate(this::shoot, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** From now on its pictures are negatives. */
    void wear() {
        worn = true;
    }

    /** The version that answered last, as in {@code fashion/3}; empty before the first answer. */
    String answeredBy() {
        return answeredBy;
    }

    private void shoot() {
        int index = sent.getAndIncrement();
        Example scene = scenes.get(index % scenes.size());
        PixelImage picture = worn ? negative(scene.image()) : scene.image();
        try {
            HttpResponse<String> answer = post(
                    "/v1/models/" + model + ":predict",
                    "image/png",
                    picture.toPng().bytes(),
                    index);
            answer.headers().firstValue("Freshet-Model-Version").ifPresent(version -> answeredBy = version);
            label(index - LATER);
        } catch (IOException e) {
            // Serving is not there: this picture is lost, the next one may not be.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void label(int index) throws IOException, InterruptedException {
        if (index >= 0) {
            String shown =
                    dataset.classes().get(scenes.get(index % scenes.size()).label());
            post(
                    "/v1/feedback/it-" + index,
                    "application/json",
                    ("{\"label\": \"" + shown + "\"}").getBytes(StandardCharsets.UTF_8),
                    index);
        }
    }

    private HttpResponse<String> post(String path, String type, byte[] body, int index)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(serving.resolve(path))
                        .timeout(TIMEOUT)
                        .header("Content-Type", type)
                        .header("X-Request-Id", "it-" + index)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static PixelImage negative(PixelImage image) {
        byte[] gray = image.toModelInput(image.height(), image.width(), 1);
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) ~gray[i];
        }
        return PixelImage.ofGray(image.width(), image.height(), gray);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        http.close();
    }
}
