package io.freshet.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.capture.ServedImage;
import io.freshet.serving.capture.ServedPrediction;
import io.freshet.serving.model.InService;
import io.freshet.serving.model.Selector;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PredictorTest {

    private static final ImageShape SHAPE = TinyModels.SHAPE;
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final DecodeLimits LIMITS = new DecodeLimits(100_000, 200, 20_000);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final InService service = new InService("tiny");
    private final Predictor predictor =
            new Predictor(LIMITS, Optional.empty(), Clock.fixed(NOW, ZoneOffset.UTC), registry, Tracing.off());

    @AfterEach
    void close() {
        service.close();
    }

    private PredictionResult predict(ImageInput... images) throws Exception {
        PredictionRequest request = new PredictionRequest(
                service.model(), new Selector.InService(), List.of(images), new Provenance("r-1", "me", true, "me"));
        return predictor.predict(request).toCompletableFuture().get();
    }

    private void serve() {
        service.swap(1, new FakeNetwork(10, SHAPE.size()));
    }

    private static byte[] tensor(int label) {
        byte[] pixels = new byte[SHAPE.size()];
        pixels[0] = (byte) label;
        return pixels;
    }

    private static ImageInput.Encoded png(PixelImage image) {
        return new ImageInput.Encoded(image.toPng(), Optional.of("image/png"));
    }

    @Test
    void aTensorIsClassifiedAsItIs() throws Exception {
        serve();
        PredictionResult.Answered answered = (PredictionResult.Answered) predict(
                new ImageInput.Tensor(ByteBuffer.wrap(tensor(3))), new ImageInput.Tensor(ByteBuffer.wrap(tensor(5))));

        assertThat(answered.model().version()).isEqualTo(1);
        assertThat(answered.predictions())
                .extracting(served -> served.scores().label())
                .containsExactly(3, 5);
        assertThat(answered.predictions()).extracting(ServedPrediction::eventId).containsExactly("r-1-0", "r-1-1");
        assertThat(answered.predictions())
                .allMatch(served -> served.time().equals(NOW) && served.source().equals("me"));
        assertThat(registry.get("freshet.serving.confidence").summary().count()).isEqualTo(2);
    }

    @Test
    void aFileIsDecodedToTheModelsShapeAndNamedByItsOwnPixels() throws Exception {
        serve();
        byte[] gray = new byte[56 * 56];
        Arrays.fill(gray, (byte) 4);
        PixelImage image = PixelImage.ofGray(56, 56, gray);
        PredictionResult.Answered answered = (PredictionResult.Answered) predict(png(image));
        ServedPrediction served = answered.predictions().getFirst();

        assertThat(served.scores().label()).isEqualTo(4);
        assertThat(served.eventId()).isEqualTo("r-1");
        assertThat(served.image())
                .isEqualTo(new ServedImage.Encoded(image.id(), image.toPng(), Optional.of("image/png")));
    }

    @Test
    void oneUndecodableImageRefusesTheRequestByItsPlace() throws Exception {
        serve();
        ImageInput broken = new ImageInput.Encoded(new EncodedImage(new byte[] {1, 2, 3}), Optional.empty());

        assertThat(predict(png(PixelImage.ofGray(28, 28, tensor(1))), broken))
                .isInstanceOfSatisfying(PredictionResult.Undecodable.class, undecodable -> {
                    assertThat(undecodable.image()).isEqualTo(1);
                    assertThat(undecodable.refused().reason()).isEqualTo(DecodeResult.Reason.UNKNOWN_FORMAT);
                });
    }

    @Test
    void anImageBeyondTheLimitsIsRefused() throws Exception {
        serve();
        ImageInput wide = png(PixelImage.ofGray(201, 2, new byte[402]));

        assertThat(predict(wide))
                .isInstanceOfSatisfying(
                        PredictionResult.Undecodable.class,
                        undecodable ->
                                assertThat(undecodable.refused().reason()).isEqualTo(DecodeResult.Reason.TOO_LARGE));
    }

    @Test
    void beforeTheFirstVersionNothingIsAnswered() throws Exception {
        assertThat(predict(new ImageInput.Tensor(ByteBuffer.wrap(tensor(1)))))
                .isEqualTo(new PredictionResult.Unavailable());
    }

    @Test
    void aTensorOfAnotherShapeNeverReachesABatch() {
        serve();

        assertThatThrownBy(() -> predict(new ImageInput.Tensor(ByteBuffer.allocate(3))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("28x28x1");
    }
}
