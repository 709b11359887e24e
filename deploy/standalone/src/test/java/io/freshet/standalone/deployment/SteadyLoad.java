package io.freshet.standalone.deployment;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.image.PixelImage;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that send images to whichever replica is ready, some a second, over HTTP and gRPC in turn. Where nobody listens
 * at a replica they go on to the next, as they would where a Service has not yet heard; a request that was sent and is not
 * answered well has failed, and is not sent again. Thread safe; the caller closes it.
 */
final class SteadyLoad implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SteadyLoad.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ASK_AGAIN = Duration.ofMillis(50);

    /** Every so many images, the one before is sent once more. */
    private static final int COPY_EVERY = 20;

    private final String model;
    private final ReadyReplicas replicas;
    private final IntFunction<PixelImage> images;
    private final Duration every;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<Integer, GrpcReplica> grpc = new ConcurrentHashMap<>();
    private final Map<String, ImageId> answered = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> answeredBy = new ConcurrentHashMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("load").daemon().factory());
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private int sent;

    /** @param images by number, all different */
    SteadyLoad(String model, ReadyReplicas replicas, IntFunction<PixelImage> images, Duration every) {
        this.model = model;
        this.replicas = replicas;
        this.images = images;
        this.every = every;
    }

    void start() {
        var unused = clock.scheduleAtFixedRate(this::tick, 0, every.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What was answered well: the image by the request's id. */
    Map<String, ImageId> answered() {
        return Map.copyOf(answered);
    }

    /** How many requests the replica on a port has answered well. */
    int answeredBy(int port) {
        return answeredBy.getOrDefault(port, 0);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    private void tick() {
        int number = sent++;
        boolean copy = number % COPY_EVERY == COPY_EVERY - 1;
        PixelImage image = images.apply(copy ? number - 1 : number);
        String id = "request-" + number;
        var unused = requests.submit(() -> request(id, image, number % 2 == 0));
    }

    private void request(String id, PixelImage image, boolean overHttp) {
        try {
            while (true) {
                OptionalInt port = replicas.any();
                if (port.isPresent()
                        && (overHttp ? postHttp(port.getAsInt(), id, image) : callGrpc(port.getAsInt(), id, image))) {
                    answered.put(id, image.id());
                    answeredBy.merge(port.getAsInt(), 1, Integer::sum);
                    return;
                }
                Thread.sleep(ASK_AGAIN);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} has failed", id, e);
            failures.add(id + (overHttp ? " over HTTP: " : " over gRPC: ") + e);
        } catch (InterruptedException e) {
            failures.add(id + " had no answer when the load ended");
            Thread.currentThread().interrupt();
        }
    }

    /** @return false if nobody listens there */
    private boolean postHttp(int port, String id, PixelImage image) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/v1/models/" + model + ":predict"))
                .timeout(TIMEOUT)
                .header("Content-Type", "image/png")
                .header("X-Request-Id", id)
                .POST(BodyPublishers.ofByteArray(image.toPng().bytes()))
                .build();
        HttpResponse<String> response;
        try {
            response = http.send(request, BodyHandlers.ofString());
        } catch (ConnectException e) {
            return false;
        }
        if (response.statusCode() != 200) {
            throw new IOException(response.statusCode() + " " + response.body());
        }
        return true;
    }

    /** @return false if nobody listens there */
    private boolean callGrpc(int port, String id, PixelImage image) {
        try {
            grpc.computeIfAbsent(port, GrpcReplica::new).infer(model, id, image, TIMEOUT);
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE && isRefused(e)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isRefused(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }

    /** Sends no more; returns when all that was sent has its answer, or has failed. */
    @Override
    public void close() {
        clock.shutdownNow();
        requests.shutdown();
        try {
            if (!requests.awaitTermination(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                requests.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        new ArrayList<>(grpc.values()).forEach(GrpcReplica::close);
        http.close();
    }
}
