package io.freshet.benchmarks.ingest;

import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.ImageDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The decoder of ingest in a loop. */
final class DecodeOnly {

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
    private final List<byte[]> images;
    private final AtomicInteger next = new AtomicInteger();

    private DecodeOnly(List<byte[]> images) {
        this.images = images;
    }

    static Cost measure(List<byte[]> images, int threads) throws InterruptedException {
        return new DecodeOnly(images).run(threads);
    }

    private Cost run(int threads) throws InterruptedException {
        long start = System.nanoTime();
        double micros = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Double>> times = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                times.add(pool.submit(this::decode));
            }
            for (Future<Double> time : times) {
                micros += time.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("An image could not be decoded", e.getCause());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Cost(micros / images.size(), images.size() / seconds, 1);
    }

    /** Until all are done; returns the microseconds of this thread. */
    private double decode() {
        double before = ProcessorTime.ofThisThread();
        for (int i = next.getAndIncrement(); i < images.size(); i = next.getAndIncrement()) {
            decoder.decode(images.get(i));
        }
        return ProcessorTime.ofThisThread() - before;
    }
}
