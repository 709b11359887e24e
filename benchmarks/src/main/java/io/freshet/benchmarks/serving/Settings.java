package io.freshet.benchmarks.serving;

import java.time.Duration;
import java.util.List;

/** How long and how often to measure. System properties change it, for a quick look. */
final class Settings {

    /** Of each cell in a table. */
    static final Duration TIME = Duration.ofSeconds(Integer.getInteger("seconds", 5));

    /** For each protocol, until the JVM has compiled what a request runs through: replicas run for days. */
    static final Duration WARMUP = Duration.ofSeconds(20);

    /** Of what Freshet serves; the bare loop has none. */
    static final boolean MIXED_PRECISION = Boolean.getBoolean("mixed");

    static final int SWAPS = Integer.getInteger("swaps", 100);
    static final int SWAPS_FOR_MEMORY = Integer.getInteger("memorySwaps", 500);

    /** Of the replica, where its memory or its swaps are measured: a heap of fixed size, as a container gets. */
    static final List<String> JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    /** The network of a swap, a withdrawal, and the memory's course. */
    static final BenchmarkModel SMALL = new BenchmarkModel("residual-16", 32);

    private Settings() {}
}
