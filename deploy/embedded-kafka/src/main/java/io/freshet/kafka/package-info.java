/** One real Kafka broker inside the JVM, for a laptop and for tests; production has a cluster in its place. */
@NullMarked
package io.freshet.kafka;

import org.jspecify.annotations.NullMarked;
