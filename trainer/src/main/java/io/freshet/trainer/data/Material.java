package io.freshet.trainer.data;

/**
 * What a round learns from, and what judges it. None of the images that judge is among those that it learns from, and none
 * of either is erased.
 *
 * @param labeledSet what people labeled before the stream began
 * @param labeled images to learn from: those of the labeled set, and those of the stream that people have labeled
 * @param sha256 over all ids in their order, in hexadecimal: another one says that these are other images
 * @param erasures offset of {@code freshet.erasure} below which all erasures were heeded
 */
public record Material(
        LabeledSet labeledSet, LabeledImages labeled, ImagePool unlabeled, String sha256, long erasures) {}
