/**
 * The records that the services exchange over Kafka, and the topics that they lie in: what every other module knows,
 * and what knows none of them.
 */
@NullMarked
package io.freshet.protocol;

import org.jspecify.annotations.NullMarked;
