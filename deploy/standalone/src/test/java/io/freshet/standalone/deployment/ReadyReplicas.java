package io.freshet.standalone.deployment;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Replicas on this machine, of which any that says that it is ready is given out, as by a Service of Kubernetes. Thread safe; the caller closes it.
 */
final class ReadyReplicas implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(250);

    private final List<Integer> ports;
    private final Set<Integer> ready = ConcurrentHashMap.newKeySet();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService prober = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("readiness").daemon().factory());

    ReadyReplicas(List<Integer> ports) {
        this.ports = List.copyOf(ports);
        var unused = prober.scheduleWithFixedDelay(this::probe, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The port of any that was ready when it was asked last; empty if none was. */
    OptionalInt any() {
        int[] there = ready.stream().mapToInt(Integer::intValue).toArray();
        return there.length == 0
                ? OptionalInt.empty()
                : OptionalInt.of(there[ThreadLocalRandom.current().nextInt(there.length)]);
    }

    private void probe() {
        for (int port : ports) {
            if (answersReady(port)) {
                ready.add(port);
            } else {
                ready.remove(port);
            }
        }
    }

    private boolean answersReady(int port) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        prober.shutdownNow();
        http.close();
    }
}
