/**
 * Measures serving beside a bare loop over the same network: throughput, latency, swaps under load, memory over many swaps,
 * and versions that are withdrawn.
 */
@NullMarked
package io.freshet.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
