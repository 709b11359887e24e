package io.freshet.standalone.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends photographs to the model at a fixed rate, without a pause, and notes each answer. It does not slow down when
 * answers do: latency is counted from the moment at which a request was due, so that waiting is counted.
 *
 * <p>Thread safe. The caller closes it.
 */
final class TrafficClient implements AutoCloseable {

    private static final int IN_FLIGHT = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final Scenes scenes;
    private final URI predict;
    private final URI ready;
    private final Duration every;
    private final boolean patient;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final List<Answer> answers = new ArrayList<>();
    private final Thread thread = new Thread(this::send, "demo-client");
    private volatile boolean stopping;

    /**
     * What came of a request.
     *
     * @param version of the model that answered; 0 if none did
     * @param failure what went wrong; empty if nothing did
     */
    record Answer(int index, Instant due, Duration latency, long version, String failure) {

        boolean failed() {
            return !failure.isEmpty();
        }
    }

    /**
     * @param predict address that takes an image
     * @param ready address that says whether the model is there
     * @param rate requests a second
     * @param patient whether a request that fails is tried again until it is answered, as a client would do whose
     *     service may be killed
     */
    TrafficClient(Scenes scenes, URI predict, URI ready, double rate, boolean patient) {
        this.scenes = scenes;
        this.predict = predict;
        this.ready = ready;
        this.every = Duration.ofNanos(Math.round(1e9 / rate));
        this.patient = patient;
    }

    void start() {
        thread.start();
    }

    /** Whether the model's address says that it is ready; asks it. */
    boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(ready).timeout(TIMEOUT).build();
        return http.sendAsync(request, BodyHandlers.discarding())
                .handle((response, fault) -> fault == null && response.statusCode() == 200)
                .join();
    }

    /** How many requests have been sent. */
    int sent() {
        return sent.get();
    }

    /** The answers so far, in the order in which they came. */
    List<Answer> answers() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    long failures() {
        return failed.get();
    }

    private void note(Answer answer) {
        synchronized (answers) {
            answers.add(answer);
        }
        if (answer.failed()) {
            failed.incrementAndGet();
        }
    }

    private void send() {
        long next = System.nanoTime();
        while (!stopping) {
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
                continue;
            }
            int index = sent.get();
            Instant due = Instant.now().minusNanos(-wait);
            inFlight.acquireUninterruptibly();
            send(index, due);
            sent.incrementAndGet();
            next += every.toNanos();
        }
    }

    private void send(int index, Instant due) {
        HttpRequest request = HttpRequest.newBuilder(predict)
                .timeout(TIMEOUT)
                .header("Content-Type", "image/png")
                .header("X-Request-Id", Scenes.requestId(index))
                .POST(BodyPublishers.ofByteArray(scenes.photograph(index).bytes()))
                .build();
        var unused = http.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, fault) -> {
            Answer answer = fault == null ? answer(index, due, response) : failure(index, due, fault.toString());
            if (answer.failed() && patient && !stopping) {
                CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(() -> send(index, due));
            } else {
                note(answer);
                inFlight.release();
            }
        });
    }

    private static Answer answer(int index, Instant due, HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            return failure(index, due, response.statusCode() + " " + response.body());
        }
        String version = response.headers().firstValue("Freshet-Model-Version").orElse("/0");
        return new Answer(
                index,
                due,
                Duration.between(due, Instant.now()),
                Long.parseLong(version.substring(version.indexOf('/') + 1)),
                "");
    }

    private static Answer failure(int index, Instant due, String what) {
        return new Answer(index, due, Duration.between(due, Instant.now()), 0, what);
    }

    /** Stops sending, and waits for the answers that are still to come. */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
            inFlight.tryAcquire(IN_FLIGHT, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
