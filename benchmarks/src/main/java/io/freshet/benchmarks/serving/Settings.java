package io.freshet.benchmarks.serving;

import java.time.Duration;
import java.util.List;

/** How long and how often to measure. System properties change it, for a quick look. */
final class Settings {

    /** Of each cell in a table. */
    static final Duration TIME = Duration.ofSeconds(Integer.getInteger("seconds", 8));

    static final int SWAPS = Integer.getInteger("swaps", 100);
    static final int SWAPS_FOR_MEMORY = Integer.getInteger("memorySwaps", 500);

    /** Of the replica, where its memory or its swaps are measured. */
    static final List<String> JVM = List.of("-Xmx512m");

    /** The network of a swap, a withdrawal, and the memory's course. */
    static final BenchmarkModel SMALL = new BenchmarkModel("residual-16", 32);

    private Settings() {}
}
