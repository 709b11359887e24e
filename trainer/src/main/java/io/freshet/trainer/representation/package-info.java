/**
 * Representations learned from images that nobody labels, before there is a round: a network learns to know two views of
 * an image again, and a model begins from what it has learned. Knows images and models, not Kafka.
 */
@NullMarked
package io.freshet.trainer.representation;

import org.jspecify.annotations.NullMarked;
