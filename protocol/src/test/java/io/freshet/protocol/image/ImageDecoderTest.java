package io.freshet.protocol.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.image.DecodeResult.Reason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageDecoderTest {

    /** 2x1 pixels, red and blue, lossless. */
    private static final String WEBP = "UklGRh4AAABXRUJQVlA4TBEAAAAvAQAAAA8Q87//8x8OMqL/AQA=";

    private final ImageDecoder decoder = new ImageDecoder(new DecodeLimits(100_000, 1_000, 500_000));

    @Test
    void pngPixelsComeThroughAsTheyAre() throws Exception {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x102030);
        image.setRGB(1, 0, 0xffffff);
        image.setRGB(0, 1, 0x00ff7f);
        PixelImage decoded = decoded(encode(image, "png"));
        assertThat(rgb(decoded, 0, 0)).containsExactly(0x10, 0x20, 0x30);
        assertThat(rgb(decoded, 1, 0)).containsExactly(255, 255, 255);
        assertThat(rgb(decoded, 0, 1)).containsExactly(0, 255, 127);
    }

    @ParameterizedTest
    @CsvSource({"png, 0", "jpeg, 3"})
    void grayIsNotBrightened(String format, int tolerance) throws Exception {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 256; i++) {
            image.getRaster().setSample(i % 16, i / 16, 0, 100);
        }
        PixelImage decoded = decoded(encode(image, format));
        assertThat(decoded.value(7, 7, 0)).isBetween(100 - tolerance, 100 + tolerance);
        assertThat(decoded.isGray()).isTrue();
    }

    @Test
    void sixteenBitGrayIsScaledToEight() throws Exception {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 0x8000);
        assertThat(decoded(encode(image, "png")).value(0, 0, 0)).isEqualTo(128);
    }

    @Test
    void transparencyIsDropped() throws Exception {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x40112233);
        assertThat(rgb(decoded(encode(image, "png")), 0, 0)).containsExactly(0x11, 0x22, 0x33);
    }

    /** Java's reader of PNG tells of it as of a file that is broken. */
    @Test
    void aPngThatTakesTooLongIsSaidToBeSlowAndNotBroken() throws Exception {
        byte[] large = encode(new BufferedImage(3_000, 3_000, BufferedImage.TYPE_INT_RGB), "png");
        DecodeLimits hasty = new DecodeLimits(8 << 20, 8_192, 16_000_000, Duration.ofMillis(1));
        assertThat(new ImageDecoder(hasty).decode(large))
                .isInstanceOfSatisfying(
                        DecodeResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_SLOW));
    }

    @Test
    void webpIsDecoded() {
        PixelImage decoded = decoded(Base64.getDecoder().decode(WEBP));
        assertThat(decoded.width()).isEqualTo(2);
        assertThat(decoded.height()).isEqualTo(1);
        assertThat(rgb(decoded, 0, 0)).containsExactly(255, 0, 0);
        assertThat(rgb(decoded, 1, 0)).containsExactly(0, 0, 255);
    }

    /** The stored pixels are numbered row by row; each orientation puts them elsewhere in the upright image. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, 'abcdef'",
        "2, 3, 'cbafed'",
        "3, 3, 'fedcba'",
        "4, 3, 'defabc'",
        "5, 2, 'adbecf'",
        "6, 2, 'daebfc'",
        "7, 2, 'fcebda'",
        "8, 2, 'cfbead'"
    })
    void exifOrientationIsApplied(int orientation, int width, String upright) throws Exception {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 6; i++) {
            image.setRGB(i % 3, i / 3, 'a' + i);
        }
        PixelImage decoded = decoded(withExifOrientation(encode(image, "png"), orientation));
        assertThat(decoded.width()).isEqualTo(width);
        StringBuilder seen = new StringBuilder();
        for (int y = 0; y < decoded.height(); y++) {
            for (int x = 0; x < decoded.width(); x++) {
                seen.append((char) decoded.value(x, y, 2));
            }
        }
        assertThat(seen).hasToString(upright);
    }

    @Test
    void oneImageHasOneIdInEveryLosslessForm() throws Exception {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 2, 0x123456);
        PixelImage decoded = decoded(encode(image, "png"));
        PixelImage again = decoded(decoded.toPng().bytes());
        assertThat(again.id()).isEqualTo(decoded.id());
        image.setRGB(1, 2, 0x123457);
        assertThat(decoded(encode(image, "png")).id()).isNotEqualTo(decoded.id());
    }

    @Test
    void whatIsNoImageIsRefusedWithTheReason() throws Exception {
        byte[] png = encode(new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB), "png");
        assertThat(reason(new byte[0])).isEqualTo(Reason.EMPTY);
        assertThat(reason("II*\0 and more".getBytes(StandardCharsets.US_ASCII))).isEqualTo(Reason.UNKNOWN_FORMAT);
        assertThat(reason(Arrays.copyOf(png, 40))).isEqualTo(Reason.UNDECODABLE);
        assertThat(reason(new byte[100_001])).isEqualTo(Reason.TOO_MANY_BYTES);
        byte[] noise = new byte[5_000];
        new SplittableRandom(1).nextBytes(noise);
        System.arraycopy(png, 0, noise, 0, 8);
        assertThat(reason(noise)).isEqualTo(Reason.UNDECODABLE);
    }

    @Test
    void aHugeImageIsRefusedByItsHeaderBeforeItsPixelsAreUnpacked() {
        assertThat(reason(pngHeader(50_000, 50_000))).isEqualTo(Reason.TOO_LARGE);
        assertThat(reason(pngHeader(1_001, 10))).isEqualTo(Reason.TOO_LARGE);
        assertThat(reason(pngHeader(999, 999))).isEqualTo(Reason.TOO_LARGE);
    }

    private PixelImage decoded(byte[] encoded) {
        assertThat(decoder.decode(encoded)).isInstanceOf(DecodeResult.Decoded.class);
        return ((DecodeResult.Decoded) decoder.decode(encoded)).image();
    }

    private Reason reason(byte[] encoded) {
        assertThat(decoder.decode(encoded)).isInstanceOf(DecodeResult.Refused.class);
        return ((DecodeResult.Refused) decoder.decode(encoded)).reason();
    }

    private static int[] rgb(PixelImage image, int x, int y) {
        return new int[] {image.value(x, y, 0), image.value(x, y, 1), image.value(x, y, 2)};
    }

    private static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    /** Puts an eXIf chunk with the orientation behind a PNG's header. */
    private static byte[] withExifOrientation(byte[] png, int orientation) {
        byte[] exif = {
            'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte) orientation, 0, 0, 0, 0, 0, 0
        };
        int header = 8 + 25;
        return ByteBuffer.allocate(png.length + 12 + exif.length)
                .put(png, 0, header)
                .put(chunk("eXIf", exif))
                .put(png, header, png.length - header)
                .array();
    }

    /** A PNG that says it is that large, and holds next to nothing. */
    private static byte[] pngHeader(int width, int height) {
        byte[] ihdr = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        return ByteBuffer.allocate(8 + 25 + 12 + 12)
                .put(signature)
                .put(chunk("IHDR", ihdr))
                .put(chunk("IDAT", new byte[0]))
                .put(chunk("IEND", new byte[0]))
                .array();
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(name)
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }
}
