package io.freshet.serving.predict;

import io.freshet.serving.model.ServedModel;
import java.util.List;
import java.util.OptionalLong;

/**
 * A request, read.
 *
 * @param version that must answer; empty for the one in service
 * @param images at least one
 */
public record PredictionRequest(
        ServedModel model, OptionalLong version, List<ImageInput> images, Provenance provenance) {

    /**
     * Whose images they are.
     *
     * @param requestId becomes the CloudEvents id of a single image, and with a number behind it that of each of several
     * @param source CloudEvents source
     * @param captured whether the images may become traffic
     */
    public record Provenance(String requestId, String source, boolean captured) {}

    public PredictionRequest {
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("A request has at least one image");
        }
    }

    /** CloudEvents id of an image. */
    String eventId(int image) {
        return images.size() == 1 ? provenance.requestId() : provenance.requestId() + "-" + image;
    }
}
