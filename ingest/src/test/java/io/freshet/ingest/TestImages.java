package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Real image files, each of its own pixels. */
final class TestImages {

    private static final int SIDE = 16;

    private TestImages() {}

    /** A PNG file of noise; another seed, another image. */
    static byte[] png(long seed) {
        return encode(noise(seed, SIDE, SIDE), "png");
    }

    /** The same noise as of that PNG, some steps brighter: a near copy. */
    static byte[] brighter(long seed, int steps) {
        BufferedImage image = noise(seed, SIDE, SIDE);
        for (int i = 0; i < SIDE * SIDE; i++) {
            int rgb = image.getRGB(i % SIDE, i / SIDE);
            int brighter = 0;
            for (int shift = 0; shift < 24; shift += 8) {
                brighter |= Math.min(255, (rgb >> shift & 0xff) + steps) << shift;
            }
            image.setRGB(i % SIDE, i / SIDE, brighter);
        }
        return encode(image, "png");
    }

    /** A PNG file of noise, of three bytes a pixel. */
    static byte[] noisePng(long seed, int side) {
        return encode(noise(seed, side, side), "png");
    }

    /** A JPEG file of noise; another seed, another image. */
    static byte[] jpeg(long seed) {
        return encode(noise(seed, SIDE, SIDE), "jpeg");
    }

    static byte[] jpeg(long seed, int width, int height) {
        return encode(noise(seed, width, height), "jpeg");
    }

    /** Another file of the same pixels. */
    static byte[] reencodedAsPng(byte[] image) {
        return decode(image).toPng().bytes();
    }

    static PixelImage decode(byte[] image) {
        DecodeResult result = new ImageDecoder(DecodeLimits.DEFAULT).decode(image);
        assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
        return ((DecodeResult.Decoded) result).image();
    }

    /** The pixels of a file that is sound. */
    static BufferedImage picture(byte[] image) {
        PixelImage pixels = decode(image);
        BufferedImage picture = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                int rgb = pixels.value(x, y, 0) << 16 | pixels.value(x, y, 1) << 8 | pixels.value(x, y, 2);
                picture.setRGB(x, y, rgb);
            }
        }
        return picture;
    }

    /** The JPEG with an EXIF segment that says how the camera was held (tag 0x0112). */
    static byte[] withOrientation(byte[] jpeg, int orientation) {
        ByteBuffer exif = ByteBuffer.allocate(36).order(ByteOrder.BIG_ENDIAN);
        exif.putShort((short) 0xffe1).putShort((short) 34); // APP1, and its length without the marker
        exif.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        exif.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
        exif.putShort((short) 1); // one entry: tag, type SHORT, one value
        exif.putShort((short) 0x0112).putShort((short) 3).putInt(1);
        exif.putShort((short) orientation).putShort((short) 0);
        exif.putInt(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.write(exif.array(), 0, exif.position());
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    /** Bytes that begin as the image does, and are cut off. */
    static byte[] truncated(byte[] image) {
        return Arrays.copyOf(image, image.length / 3);
    }

    private static BufferedImage noise(long seed, int width, int height) {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        return image;
    }

    static byte[] encode(BufferedImage image, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            assertThat(ImageIO.write(image, format, out)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
