/** Programs that measure what Freshet's parts cost. */
@NullMarked
package io.freshet.benchmarks;

import org.jspecify.annotations.NullMarked;
