/** A real Kafka broker inside the JVM, alone or one of several, for a laptop and for tests; production has a cluster. */
@NullMarked
package io.freshet.kafka;

import org.jspecify.annotations.NullMarked;
