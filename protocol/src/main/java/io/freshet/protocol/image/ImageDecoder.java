package io.freshet.protocol.image;

import io.freshet.protocol.image.Chunks.Chunk;
import io.freshet.protocol.image.DecodeResult.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Decodes JPEG, PNG, WebP, and the first frame of GIF and BMP to upright RGB: the content decides the format, not what a
 * client calls it; sizes are checked in the header before pixels are unpacked, and the time while they are; the EXIF
 * orientation is applied, all other metadata is dropped unread, and so is transparency.
 *
 * <p>What is damaged is refused, also where it could be shown in part: nothing should be learned from half an image.
 *
 * <p>Thread safe. Memory is bounded whatever the number of threads: they wait for one another if their images together
 * are too large.
 */
public final class ImageDecoder {

    private static final int IMAGES_AT_THE_LIMIT = 2;

    private final DecodeLimits limits;
    private final Semaphore pixels;

    public ImageDecoder(DecodeLimits limits) {
        this.limits = limits;
        this.pixels = new Semaphore((int) Math.min(Integer.MAX_VALUE, (long) IMAGES_AT_THE_LIMIT * limits.maxPixels()));
    }

    /** Decodes an image; bytes that are none, or not within the limits, are refused with the reason. */
    public DecodeResult decode(byte[] encoded) {
        if (encoded.length == 0) {
            return new DecodeResult.Refused(Reason.EMPTY, "There are no bytes");
        }
        if (encoded.length > limits.maxBytes()) {
            return new DecodeResult.Refused(
                    Reason.TOO_MANY_BYTES, encoded.length + " bytes, and at most " + limits.maxBytes() + " are taken");
        }
        Optional<ImageFormat> format = ImageFormat.sniff(encoded);
        if (format.isEmpty()) {
            return new DecodeResult.Refused(Reason.UNKNOWN_FORMAT, "Neither JPEG, nor PNG, WebP, GIF or BMP");
        }
        try {
            return decode(encoded, format.get());
        } catch (IOException | RuntimeException e) {
            Optional<Throwable> late =
                    causes(e).filter(Deadline.PassedException.class::isInstance).findFirst();
            if (late.isPresent()) {
                return new DecodeResult.Refused(
                        Reason.TOO_SLOW, format.get() + ": " + late.get().getMessage());
            }
            // Readers meet broken input with whatever their parsing runs into: it is the input's fault all the same.
            return new DecodeResult.Refused(Reason.UNDECODABLE, format.get() + " that cannot be decoded: " + e);
        }
    }

    /** Java's reader of PNG wraps what ends it into an exception of its own. */
    private static Stream<Throwable> causes(Throwable fault) {
        return Stream.iterate(fault, cause -> cause != null, Throwable::getCause);
    }

    private DecodeResult decode(byte[] encoded, ImageFormat format) throws IOException {
        List<Chunk> chunks = switch (format) {
            case PNG -> Chunks.ofPng(encoded);
            case WEBP -> Chunks.ofWebp(encoded);
            case BMP -> {
                BmpHeader.check(encoded);
                yield List.of();
            }
            case JPEG, GIF -> List.of();
        };
        Optional<ImageSize> stated = switch (format) {
            case WEBP -> WebpFrame.size(encoded, chunks);
            case BMP -> BmpHeader.size(encoded);
            case JPEG, PNG, GIF -> Optional.empty(); // whose readers take it from one place only
        };
        Optional<DecodeResult> tooLarge = stated.flatMap(this::tooLarge);
        if (tooLarge.isPresent()) {
            return tooLarge.get();
        }
        try (FormatReader reader = FormatReader.open(format, encoded, new Deadline(limits.maxTime()))) {
            ImageSize size = new ImageSize(reader.width(), reader.height());
            tooLarge = tooLarge(size);
            return tooLarge.isPresent()
                    ? tooLarge.get()
                    : unpack(reader, size, Orientation.of(Exif.orientation(encoded, format, chunks)));
        }
    }

    private Optional<DecodeResult> tooLarge(ImageSize size) {
        int width = size.width();
        int height = size.height();
        return width > limits.maxSide() || height > limits.maxSide() || (long) width * height > limits.maxPixels()
                ? Optional.of(new DecodeResult.Refused(
                        Reason.TOO_LARGE,
                        width + "x" + height + " pixels, and at most " + limits.maxSide() + " a side and "
                                + limits.maxPixels() + " in all are taken"))
                : Optional.empty();
    }

    private DecodeResult unpack(FormatReader reader, ImageSize size, Orientation orientation) throws IOException {
        int cost = size.width() * size.height();
        pixels.acquireUninterruptibly(cost);
        try {
            reader.restartTime(); // the wait for other images is not this one's fault
            return new DecodeResult.Decoded(orientation.apply(size.width(), size.height(), reader.rgb()));
        } finally {
            pixels.release(cost);
        }
    }
}
