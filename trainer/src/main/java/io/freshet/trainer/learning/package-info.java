/**
 * Noisy Student Training: a teacher labels the stream, and a noised student learns from those labels and the true ones.
 * Knows images and models, not Kafka.
 */
@NullMarked
package io.freshet.trainer.learning;

import org.jspecify.annotations.NullMarked;
