package io.freshet.trainer.stream;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import java.util.Optional;

/** Images that ingest has kept, as a model takes them: the same to the bit, whoever of the trainer asks. Thread safe. */
public final class KeptImages {

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    /** {@code [height, width, channels] uint8}; empty if it is broken: not one of ingest's, which writes them itself. */
    public Optional<byte[]> pixels(EncodedImage png, ImageShape shape) {
        return decoder.decode(png.bytes()) instanceof DecodeResult.Decoded decoded
                ? Optional.of(decoded.image().toModelInput(shape.height(), shape.width(), shape.channels()))
                : Optional.empty();
    }
}
