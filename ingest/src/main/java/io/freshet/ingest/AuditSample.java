package io.freshet.ingest;

import io.freshet.protocol.ImageId;

/**
 * Draws the images that judge models: a uniform share of all, by a keyed hash of the image's id. So each replica draws
 * the same ones, and a copy of an image of the sample belongs to it too. Thread safe.
 */
final class AuditSample {

    private final double share;
    private final KeyedDraw draw;

    AuditSample(AuditConfig config) {
        this.share = config.share();
        this.draw = new KeyedDraw(config.salt());
    }

    boolean contains(ImageId id) {
        return draw.of(id) < share;
    }
}
