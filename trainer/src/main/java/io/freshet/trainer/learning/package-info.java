/**
 * Learning from a stream that nobody labels: a teacher labels it, or the student itself as it learns, and a noised
 * student learns from those labels and the true ones.
 * Knows images and models, not Kafka.
 */
@NullMarked
package io.freshet.trainer.learning;

import org.jspecify.annotations.NullMarked;
