package io.freshet.protocol.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

class FingerprintTest {

    private static final int IMAGES = 60;
    private static final int SIDE = 96;

    @Test
    void aCopyOfAnotherQualityIsNear() throws Exception {
        assertThatCopiesAreNear(image -> image, .4f);
    }

    @Test
    void aCopyOfHalfOrDoubleTheSizeIsNear() throws Exception {
        assertThatCopiesAreNear(image -> scaled(image, SIDE / 2), .9f);
        assertThatCopiesAreNear(image -> scaled(image, 2 * SIDE), .9f);
    }

    @Test
    void aCopyWithoutATwentiethOfEachSideIsNear() throws Exception {
        int side = Math.round(SIDE * .95f);
        assertThatCopiesAreNear(image -> image.getSubimage(0, 0, side, side), .9f);
        assertThatCopiesAreNear(image -> image.getSubimage(SIDE - side, SIDE - side, side, side), .9f);
    }

    @Test
    void otherImagesAreNot() {
        List<Fingerprint> fingerprints = IntStream.range(0, IMAGES)
                .mapToObj(FingerprintTest::fingerprint)
                .toList();
        for (int seed = 0; seed < IMAGES; seed++) {
            for (int other = 0; other < seed; other++) {
                assertThat(fingerprints.get(seed).isNear(fingerprints.get(other)))
                        .as("images %d and %d", seed, other)
                        .isFalse();
            }
        }
    }

    @Test
    void copiesLieInACellThatTheImageNames() throws Exception {
        int side = Math.round(SIDE * .95f);
        int found = 0;
        for (int seed = 0; seed < IMAGES; seed++) {
            BufferedImage image = picture(seed);
            int cell = Fingerprint.locate(decoded(image.getSubimage(0, 0, side, side), .9f))
                    .cells()
                    .getFirst();
            found += Fingerprint.locate(decoded(image, .9f)).cells().contains(cell) ? 1 : 0;
        }
        assertThat(found).isGreaterThanOrEqualTo(IMAGES * 95 / 100);
    }

    @Test
    void plainImagesAreNoCopiesOfOneAnother() {
        Fingerprint black = Fingerprint.of(new PixelImage(8, 8, new byte[192]));
        assertThat(black.isNear(Fingerprint.of(new PixelImage(9, 9, new byte[243]))))
                .isFalse();
    }

    @Test
    void itsBytesReadBack() {
        Fingerprint fingerprint = fingerprint(1);
        assertThat(Fingerprint.ofBytes(fingerprint.bytes()))
                .isEqualTo(fingerprint)
                .hasSameHashCodeAs(fingerprint);
        assertThatIllegalArgumentException().isThrownBy(() -> Fingerprint.ofBytes(new byte[5]));
    }

    private static void assertThatCopiesAreNear(UnaryOperator<BufferedImage> change, float quality) throws Exception {
        int near = 0;
        for (int seed = 0; seed < IMAGES; seed++) {
            Fingerprint copy = Fingerprint.of(decoded(change.apply(picture(seed)), quality));
            near += fingerprint(seed).isNear(copy) ? 1 : 0;
        }
        assertThat(near).isGreaterThanOrEqualTo(IMAGES * 95 / 100);
    }

    private static Fingerprint fingerprint(int seed) {
        return Fingerprint.of(pixels(picture(seed)));
    }

    /** Coloured blobs of all sizes, as a photograph has them. */
    private static BufferedImage picture(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (int size = SIDE; size > 4; size = size * 9 / 10) {
            canvas.setColor(new Color(random.nextInt(1 << 24)));
            canvas.fillOval(random.nextInt(SIDE) - size / 2, random.nextInt(SIDE) - size / 2, size, size);
        }
        canvas.dispose();
        return image;
    }

    private static BufferedImage scaled(BufferedImage image, int side) {
        BufferedImage scaled = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = scaled.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        canvas.drawImage(image, 0, 0, side, side, null);
        canvas.dispose();
        return scaled;
    }

    private static PixelImage pixels(BufferedImage image) {
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        for (int i = 0; i < rgb.length; i++) {
            int pixel = image.getRGB(i / 3 % image.getWidth(), i / 3 / image.getWidth());
            rgb[i] = (byte) (pixel >> (16 - 8 * (i % 3)));
        }
        return new PixelImage(image.getWidth(), image.getHeight(), rgb);
    }

    /** After JPEG. */
    private static PixelImage decoded(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(quality);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        DecodeResult result = new ImageDecoder(DecodeLimits.DEFAULT).decode(bytes.toByteArray());
        assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
        return ((DecodeResult.Decoded) result).image();
    }
}
