/**
 * Model versions on their way into service and out of it: announced on Kafka, fetched from the store, verified, warmed,
 * swapped in, drained and closed.
 */
@NullMarked
package io.freshet.serving.model;

import org.jspecify.annotations.NullMarked;
