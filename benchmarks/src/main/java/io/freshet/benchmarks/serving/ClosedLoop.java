package io.freshet.benchmarks.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import java.util.stream.LongStream;

/** Callers on threads of their own, each of whom asks again as soon as it is answered. */
final class ClosedLoop {

    private static final Duration WARMUP = Duration.ofSeconds(6);

    /** One thread's way to ask. */
    interface Caller {

        /** Asks and waits; whether that succeeded. */
        boolean call();
    }

    private static final class Loop {

        private long[] micros = new long[1 << 12];
        private int count;
        private long failed;

        private void add(long nanos) {
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, 2 * count);
            }
            micros[count++] = nanos / 1_000;
        }
    }

    private ClosedLoop() {}

    /** Runs the callers for a while to warm up, and then for the time that counts. */
    static Figures run(int threads, Duration time, IntFunction<Caller> callers) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(threads);
        long begin = System.nanoTime() + WARMUP.toNanos();
        long end = begin + time.toNanos();
        List<Loop> loops = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Caller caller = callers.apply(i);
            Loop loop = new Loop();
            loops.add(loop);
            running.add(Thread.ofPlatform().start(() -> {
                ready.countDown();
                loop(caller, loop, begin, end);
            }));
        }
        ready.await();
        Thread.sleep(Duration.ofNanos(begin - System.nanoTime()));
        double cpuBefore = ProcessFigures.own().cpuSeconds();
        Thread.sleep(Duration.ofNanos(end - System.nanoTime()));
        double cpu = ProcessFigures.own().cpuSeconds() - cpuBefore;
        for (Thread thread : running) {
            thread.join();
        }
        long[] micros = loops.stream()
                .flatMapToLong(loop -> LongStream.of(Arrays.copyOf(loop.micros, loop.count)))
                .toArray();
        return Figures.of(micros, loops.stream().mapToLong(loop -> loop.failed).sum(), time, cpu);
    }

    private static void loop(Caller caller, Loop loop, long begin, long end) {
        for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
            boolean answered = caller.call();
            long done = System.nanoTime();
            if (start >= begin && done <= end) {
                if (answered) {
                    loop.add(done - start);
                } else {
                    loop.failed++;
                }
            }
        }
    }
}
