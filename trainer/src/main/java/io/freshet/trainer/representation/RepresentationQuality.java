package io.freshet.trainer.representation;

/**
 * How much of the classes embeddings hold that were learned without them.
 *
 * @param linear share of the held-out images that a linear probe gets right
 * @param neighbours share of them that their neighbours get right
 */
public record RepresentationQuality(double linear, double neighbours) {}
