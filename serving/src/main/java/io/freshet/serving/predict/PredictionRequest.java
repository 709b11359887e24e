package io.freshet.serving.predict;

import io.freshet.serving.model.Selector;
import io.freshet.serving.model.ServedModel;
import io.micrometer.tracing.Span;
import java.util.List;

/**
 * A request, read.
 *
 * @param images at least one
 * @param span of the request; {@link Span#NOOP} where requests are not traced
 */
public record PredictionRequest(
        ServedModel model, Selector selector, List<ImageInput> images, Provenance provenance, Span span) {

    /**
     * Whose images they are.
     *
     * @param requestId becomes the CloudEvents id of a single image, and with a number behind it that of each of several
     * @param source CloudEvents source
     * @param subject CloudEvents subject: who, or what, the images show; empty if the client says none
     * @param captured whether the images may become traffic
     * @param routingKey the same for all requests of a client: one version answers them while another is on trial
     */
    public record Provenance(String requestId, String source, String subject, boolean captured, String routingKey) {

        /** Of no subject. */
        public Provenance(String requestId, String source, boolean captured, String routingKey) {
            this(requestId, source, "", captured, routingKey);
        }
    }

    public PredictionRequest {
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("A request has at least one image");
        }
    }

    /** One that is not traced. */
    public PredictionRequest(ServedModel model, Selector selector, List<ImageInput> images, Provenance provenance) {
        this(model, selector, images, provenance, Span.NOOP);
    }

    /** CloudEvents id of an image. */
    String eventId(int image) {
        return images.size() == 1 ? provenance.requestId() : provenance.requestId() + "-" + image;
    }
}
