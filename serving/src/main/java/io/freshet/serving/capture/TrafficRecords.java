package io.freshet.serving.capture;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.claim.ClaimCheck;
import io.freshet.protocol.image.PixelImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What {@link Topics#TRAFFIC} gets of a served image. Thread safe. */
final class TrafficRecords {

    private static final String PNG = "image/png";

    private final EmbeddingSketch sketch;
    private final ClaimCheck claimCheck;

    TrafficRecords(EmbeddingSketch sketch, ClaimCheck claimCheck) {
        this.sketch = sketch;
        this.claimCheck = claimCheck;
    }

    /**
     * The key is the image's id, the value the image as it was sent, or what stands for a large one; pixels from a tensor
     * go as PNG.
     *
     * @throws IOException if the image store cannot be reached or written
     */
    ProducerRecord<byte[], byte[]> record(ServedPrediction served) throws IOException {
        return switch (served.image()) {
            case ServedImage.Encoded encoded -> record(served, encoded.id(), encoded.content(), encoded.contentType());
            case ServedImage.Pixels pixels -> {
                PixelImage image = image(pixels);
                yield record(served, image.id(), image.toPng(), Optional.of(PNG));
            }
        };
    }

    private static PixelImage image(ServedImage.Pixels pixels) {
        ImageShape shape = pixels.shape();
        byte[] bytes = new byte[shape.size()];
        pixels.pixels().duplicate().get(bytes);
        return shape.channels() == 1
                ? PixelImage.ofGray(shape.width(), shape.height(), bytes)
                : new PixelImage(shape.width(), shape.height(), bytes);
    }

    private ProducerRecord<byte[], byte[]> record(
            ServedPrediction served, ImageId id, EncodedImage content, Optional<String> contentType)
            throws IOException {
        TrafficImage image = new TrafficImage(
                content,
                contentType,
                served.eventId(),
                served.source(),
                served.time(),
                Optional.of(prediction(served)),
                served.subject());
        return claimCheck.record(id.hex().getBytes(StandardCharsets.US_ASCII), image);
    }

    private Prediction prediction(ServedPrediction served) {
        return new Prediction(
                served.model().modelVersion(),
                served.model().classes().get(served.scores().label()),
                served.scores().confidence(),
                sketch.of(served.scores().embedding()),
                served.shadow().getNow(Optional.empty()));
    }

    /** About what the image takes while it waits. */
    static int size(ServedPrediction served) {
        int headers = 1024;
        return headers
                + switch (served.image()) {
                    case ServedImage.Encoded encoded -> encoded.content().size();
                    case ServedImage.Pixels pixels -> pixels.pixels().remaining();
                };
    }
}
