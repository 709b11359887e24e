package io.freshet.benchmarks.serving;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Open-loop load over HTTP/1.1: requests come at a fixed rate, whether or not those before them are answered. A latency
 * counts from when its request was due, so that one which waits for a free connection is slow, and not left out.
 *
 * <p>Thread safe. The caller closes it.
 */
final class OpenLoop implements AutoCloseable {

    /**
     * One request.
     *
     * @param dueNanos {@link System#nanoTime()} when it was due
     * @param version that answered; empty if none did
     */
    record Answer(long dueNanos, long doneNanos, String version) {

        boolean failed() {
            return version.isEmpty();
        }

        long micros() {
            return (doneNanos - dueNanos) / 1_000;
        }
    }

    /** All answers, in arrays: as objects, they would cost the collector pauses that look like the replica's. */
    private static final class Answers {

        private final List<String> versions = new ArrayList<>();
        private long[] due = new long[1 << 16];
        private long[] done = new long[1 << 16];
        private int[] version = new int[1 << 16];
        private int count;

        synchronized void add(long dueNanos, long doneNanos, String by) {
            if (count == due.length) {
                due = Arrays.copyOf(due, 2 * count);
                done = Arrays.copyOf(done, 2 * count);
                version = Arrays.copyOf(version, 2 * count);
            }
            int known = versions.lastIndexOf(by);
            if (known < 0) {
                known = versions.size();
                versions.add(by);
            }
            due[count] = dueNanos;
            done[count] = doneNanos;
            version[count] = known;
            count++;
        }

        synchronized List<Answer> due(long from, long to) {
            return IntStream.range(0, count)
                    .filter(i -> due[i] >= from && due[i] < to)
                    .mapToObj(i -> new Answer(due[i], done[i], versions.get(version[i])))
                    .toList();
        }
    }

    private static final Duration POLL = Duration.ofMillis(1);

    private final InetSocketAddress server;
    private final List<Payload> payloads;
    private final double perSecond;
    private final long begin = System.nanoTime();
    private final AtomicLong next = new AtomicLong();
    private final Answers answers = new Answers();
    private final Map<String, Long> firstAnswers = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    private OpenLoop(InetSocketAddress server, List<Payload> payloads, double perSecond) {
        this.server = server;
        this.payloads = payloads;
        this.perSecond = perSecond;
    }

    /**
     * Begins to send, until it is closed.
     *
     * @param payloads sent in turn
     * @param connections requests that may be under way
     */
    static OpenLoop start(InetSocketAddress server, List<Payload> payloads, double perSecond, int connections) {
        OpenLoop loop = new OpenLoop(server, payloads, perSecond);
        for (int i = 0; i < connections; i++) {
            loop.threads.add(Thread.ofPlatform().name("client-" + i).start(loop::send));
        }
        return loop;
    }

    private void send() {
        try (HttpConnection connection = new HttpConnection(server)) {
            while (!closed) {
                long number = next.getAndIncrement();
                long due = begin + (long) (number * 1e9 / perSecond);
                for (long left = due - System.nanoTime(); left > 0 && !closed; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                if (!closed) {
                    ask(connection, number, due);
                }
            }
        }
    }

    private void ask(HttpConnection connection, long number, long due) {
        String version;
        try {
            version = connection.post(payloads.get((int) (number % payloads.size())), "client-" + number);
        } catch (IOException e) {
            version = "";
        }
        long done = System.nanoTime();
        answers.add(due, done, version);
        firstAnswers.putIfAbsent(version, done);
    }

    /** Waits until that version has answered a request; returns {@link System#nanoTime()} when it did. */
    long awaitVersion(long version) throws InterruptedException {
        String name = BenchmarkModel.NAME + "/" + version;
        while (true) {
            Long nanos = firstAnswers.get(name);
            if (nanos != null) {
                return nanos;
            }
            Thread.sleep(POLL);
        }
    }

    /** The requests that were due between two moments of {@link System#nanoTime()}. */
    List<Answer> due(long from, long to) {
        return answers.due(from, to);
    }

    /** Percentiles of the requests that were due between two moments. */
    Figures figures(long from, long to) {
        List<Answer> between = due(from, to);
        long[] micros = between.stream()
                .filter(answer -> !answer.failed())
                .mapToLong(Answer::micros)
                .toArray();
        return Figures.of(micros, between.size() - micros.length, Duration.ofNanos(to - from), 0);
    }

    /** How many requests each version answered, of those that were due between two moments. */
    Map<String, Long> versions(long from, long to) {
        return new HashMap<>(
                due(from, to).stream().collect(Collectors.groupingBy(Answer::version, Collectors.counting())));
    }

    @Override
    public void close() {
        closed = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
