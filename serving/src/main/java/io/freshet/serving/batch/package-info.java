/** Brings requests together in batches, and runs a network on them. Knows neither versions nor protocols. */
@NullMarked
package io.freshet.serving.batch;

import org.jspecify.annotations.NullMarked;
