package io.freshet.standalone.evaluation;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import java.util.Base64;
import java.util.Locale;

/** Images as the page shows them: inside it, and not larger than a page wants. */
final class Pictures {

    private static final int LARGEST = 96;

    private final ImageShape shape;

    Pictures(ImageShape shape) {
        this.shape = shape;
    }

    /** @param image {@code [height, width, channels] uint8} */
    String tag(byte[] image, int width, String alternative) {
        return String.format(
                Locale.ROOT,
                "<img width='%d' alt='%s' src='data:image/png;base64,%s'>",
                width,
                Words.escape(alternative),
                Base64.getEncoder().encodeToString(png(image)));
    }

    private byte[] png(byte[] image) {
        PixelImage pixels = shape.channels() == 1
                ? PixelImage.ofGray(shape.width(), shape.height(), image)
                : new PixelImage(shape.width(), shape.height(), image);
        return pixels.within(LARGEST).toPng().bytes();
    }
}
