/** What ingest costs, and how well it tells copies from other images. */
@NullMarked
package io.freshet.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;
