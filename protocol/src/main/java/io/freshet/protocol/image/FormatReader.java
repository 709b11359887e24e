package io.freshet.protocol.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/** A reader of ImageIO over one image. It stops at the deadline, and takes a warning of damage for damage. */
final class FormatReader implements AutoCloseable {

    static {
        // Else each image goes through a temporary file.
        ImageIO.setUseCache(false);
    }

    private static final Map<ImageFormat, ImageReaderSpi> PROVIDERS = providers();

    private static final Pattern PADDING = Pattern.compile("([0-9]+) extraneous bytes");
    private static final int MOST_PADDING_DIGITS = 1;

    private final ImageReader reader;
    private final Deadline deadline;
    private final JpegHeader jpeg;
    private @Nullable String damage;

    private FormatReader(ImageReader reader, Deadline deadline, JpegHeader jpeg) {
        this.reader = reader;
        this.deadline = deadline;
        this.jpeg = jpeg;
    }

    /** Reads nothing yet; the caller closes it. */
    static FormatReader open(ImageFormat format, byte[] encoded, Deadline deadline) throws IOException {
        ImageReaderSpi provider = PROVIDERS.get(format);
        if (provider == null) {
            throw new IllegalStateException("There is no reader for " + format + " on the class path");
        }
        ImageReader reader = provider.createReaderInstance();
        reader.setInput(new TimedImageStream(encoded, deadline), true, true);
        JpegHeader jpeg = format == ImageFormat.JPEG ? JpegHeader.of(encoded) : new JpegHeader(0, -1);
        FormatReader opened = new FormatReader(reader, deadline, jpeg);
        reader.addIIOReadWarningListener((source, warning) -> opened.warn(warning));
        reader.addIIOReadProgressListener(opened.new Watch());
        return opened;
    }

    private static Map<ImageFormat, ImageReaderSpi> providers() {
        Map<ImageFormat, ImageReaderSpi> providers = new EnumMap<>(ImageFormat.class);
        for (ImageFormat format : ImageFormat.values()) {
            IIORegistry registry = IIORegistry.getDefaultInstance();
            Iterator<ImageReaderSpi> known = registry.getServiceProviders(
                    ImageReaderSpi.class,
                    spi -> Arrays.asList(((ImageReaderSpi) spi).getFormatNames())
                            .contains(format.imageIoName()),
                    true);
            Optional.of(known).filter(Iterator::hasNext).ifPresent(found -> providers.put(format, found.next()));
        }
        return providers;
    }

    void restartTime() {
        deadline.restart();
    }

    int width() throws IOException {
        return reader.getWidth(0);
    }

    int height() throws IOException {
        return reader.getHeight(0);
    }

    /**
     * {@code [height, width, 3] uint8}.
     *
     * @throws Deadline.PassedException if the image is not unpacked in time
     * @throws IOException if it is damaged
     */
    byte[] rgb() throws IOException {
        byte[] rgb;
        if (jpeg.components() == 4) { // which Java's reader unpacks, but cannot show
            rgb = Rgb.ofFourInks(reader.readRaster(0, null), jpeg.adobeTransform());
        } else {
            BufferedImage image = reader.read(0);
            rgb = Rgb.of(image);
        }
        deadline.check(); // a reader that was stopped returns as if it were done
        if (damage != null) {
            throw new IOException(damage);
        }
        return rgb;
    }

    /** Some cameras put a few bytes where none belong; these harm nothing. */
    private void warn(String warning) {
        Matcher padding = PADDING.matcher(warning);
        if (!padding.find() || padding.group(1).length() > MOST_PADDING_DIGITS) {
            damage = warning;
        }
    }

    @Override
    public void close() {
        reader.dispose();
    }

    /** Stops the reader at the deadline, which it looks at after each row or so. */
    private final class Watch implements IIOReadProgressListener {

        @Override
        public void imageProgress(ImageReader source, float percentageDone) {
            if (deadline.isPassed()) {
                source.abort();
            }
        }

        @Override
        public void sequenceStarted(ImageReader source, int minIndex) {}

        @Override
        public void sequenceComplete(ImageReader source) {}

        @Override
        public void imageStarted(ImageReader source, int imageIndex) {}

        @Override
        public void imageComplete(ImageReader source) {}

        @Override
        public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

        @Override
        public void thumbnailProgress(ImageReader source, float percentageDone) {}

        @Override
        public void thumbnailComplete(ImageReader source) {}

        @Override
        public void readAborted(ImageReader source) {}
    }
}
