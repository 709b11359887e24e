/** How every service reaches Kafka, and says so when it cannot. */
@NullMarked
package io.freshet.protocol.kafka;

import org.jspecify.annotations.NullMarked;
