package io.freshet.protocol.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each format shows the same gradient: red grows to the right, green downwards, blue both ways. */
class ImageFormatsTest {

    private static final int WIDTH = 32;
    private static final int HEIGHT = 24;

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "gradient-progressive.jpg, 12",
        "gradient-cmyk.jpg, 12",
        "gradient-lossy.webp, 16",
        "gradient-lossless.webp, 0",
        "gradient-animated.webp, 0",
        "gradient-palette.png, 40",
        "gradient.gif, 40",
        "gradient.bmp, 0"
    })
    void theFirstImageOfAFileIsDecoded(String file, int tolerance) throws Exception {
        assertThatItIsTheGradient(file(file), tolerance);
    }

    @Test
    void aGrayJpegIsGray() throws Exception {
        PixelImage image = decode(file("gradient-gray.jpg"));

        assertThat(image.isGray()).isTrue();
        assertThat(image.value(31, 0, 0)).isCloseTo((299 * 248 + 114 * 124) / 1000, within(4));
    }

    @Test
    void aJpegOfLuminanceColoursAndBlackIsTurnedIntoInks() throws Exception {
        byte[] jpeg = file("gradient-cmyk.jpg");
        byte[] ycck = jpeg.clone();
        ycck[adobeTransform(ycck)] = 2; // the same numbers, taken for Y, Cb, Cr and K
        int[] stored = new int[] {248, 0, 124, 255}; // of the upper right pixel, as Adobe stores them

        PixelImage image = decode(ycck);

        assertThat(image.value(31, 0, 0)).isCloseTo(255 - clamp(stored[0] + 1.402 * (stored[2] - 128)), within(14));
        assertThat(image.value(31, 0, 2)).isCloseTo(255 - clamp(stored[0] + 1.772 * (stored[1] - 128)), within(14));
        assertThatItIsTheGradient(jpeg, 12);
    }

    @Test
    void sixteenBitColoursAreScaledToEight() throws Exception {
        var model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, 1, DataBuffer.TYPE_USHORT);
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, WIDTH, HEIGHT, 3, null);
        paint(raster, value -> value * 257);

        assertThatItIsTheGradient(encode(new BufferedImage(model, raster, false, null), "png", false), 1);
    }

    @Test
    void anInterlacedPngIsPutTogether() throws Exception {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        paint(image.getRaster(), value -> value);

        byte[] png = encode(image, "png", true);
        assertThat(png[28]).as("the interlace method in the header").isOne();
        assertThatItIsTheGradient(png, 0);
    }

    private void assertThatItIsTheGradient(byte[] encoded, int tolerance) {
        PixelImage image = decode(encoded);
        assertThat(image.width()).isEqualTo(WIDTH);
        assertThat(image.height()).isEqualTo(HEIGHT);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    assertThat(image.value(x, y, channel))
                            .as("channel %d of pixel (%d, %d)", channel, x, y)
                            .isCloseTo(gradient(x, y, channel), within(tolerance));
                }
            }
        }
    }

    private static int gradient(int x, int y, int channel) {
        return switch (channel) {
            case 0 -> 8 * x;
            case 1 -> 10 * y;
            default -> 4 * (x + y);
        };
    }

    private static void paint(WritableRaster raster, IntUnaryOperator depth) {
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    raster.setSample(x, y, channel, depth.applyAsInt(gradient(x, y, channel)));
                }
            }
        }
    }

    private static int clamp(double value) {
        return Math.clamp(Math.round(value), 0, 255);
    }

    private static int adobeTransform(byte[] jpeg) {
        for (int i = 0; i < jpeg.length; i++) {
            if (Bytes.says(jpeg, i, "Adobe")) {
                return i + 11;
            }
        }
        throw new AssertionError("No segment of Adobe's");
    }

    private PixelImage decode(byte[] encoded) {
        DecodeResult result = decoder.decode(encoded);
        assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
        return ((DecodeResult.Decoded) result).image();
    }

    private static byte[] encode(BufferedImage image, String format, boolean interlaced) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setProgressiveMode(interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] file(String name) throws IOException {
        try (InputStream in = ImageFormatsTest.class.getResourceAsStream("/images/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
