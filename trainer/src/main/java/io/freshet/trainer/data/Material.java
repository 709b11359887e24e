package io.freshet.trainer.data;

/** What a round learns from. None of the images that judge is among it. */
public record Material(LabeledImages labeled, ImagePool unlabeled) {}
