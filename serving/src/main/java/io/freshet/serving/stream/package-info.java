/** Predictions from Kafka to Kafka: images on one topic, answers on another, each image answered exactly once. */
@NullMarked
package io.freshet.serving.stream;

import org.jspecify.annotations.NullMarked;
