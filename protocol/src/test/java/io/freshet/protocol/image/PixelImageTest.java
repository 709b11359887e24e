package io.freshet.protocol.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PixelImageTest {

    @Test
    void aModelOfOneChannelGetsLuma() {
        PixelImage red = new PixelImage(1, 1, new byte[] {(byte) 255, 0, 0});
        assertThat(red.toModelInput(1, 1, 1)).containsExactly(76);
        assertThat(red.toModelInput(1, 1, 3)).containsExactly(-1, 0, 0);
    }

    @Test
    void grayStaysGray() {
        PixelImage gray = PixelImage.ofGray(2, 1, new byte[] {3, (byte) 200});
        assertThat(gray.toModelInput(1, 2, 1)).containsExactly(3, (byte) 200);
    }

    @Test
    void aPngHasThePixelsAndNoMore() throws IOException {
        for (int channels : new int[] {1, 3}) {
            PixelImage image = noise(70, 300, channels); // of several chunks
            byte[] png = image.toPng().bytes();
            BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
            assertThat(read.getRaster().getNumBands()).isEqualTo(channels);
            for (int y = 0; y < 300; y++) {
                for (int x = 0; x < 70; x++) {
                    for (int band = 0; band < channels; band++) {
                        assertThat(read.getRaster().getSample(x, y, band)).isEqualTo(image.value(x, y, band));
                    }
                }
            }
        }
    }

    @Test
    void rowsAreAddedUpColumnByColumn() {
        int stride = 19;
        byte[] bytes = new byte[stride * 600];
        Arrays.fill(bytes, (byte) 255);
        bytes[17] = 3;
        int[] sums = RowSums.of(bytes, stride, 0, 600); // more than 16 bits hold
        assertThat(sums[16]).isEqualTo(600 * 255);
        assertThat(sums[17]).isEqualTo(599 * 255 + 3);
        assertThat(RowSums.of(bytes, stride, 1, 2)).containsOnly(255);
    }

    private static PixelImage noise(int width, int height, int channels) {
        byte[] bytes = new byte[width * height * channels];
        new Random(1).nextBytes(bytes);
        return channels == 1 ? PixelImage.ofGray(width, height, bytes) : new PixelImage(width, height, bytes);
    }

    /** Golden values of {@code Image.resize(size, Image.BILINEAR)} in Pillow, which rounds between its two passes. */
    @Test
    void resizingIsWhatPillowDoes() {
        byte[] gray = new byte[15 * 9];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) (i * 37 + 11);
        }
        PixelImage image = PixelImage.ofGray(15, 9, gray);
        assertNear(
                image.toModelInput(5, 4, 1),
                99,
                144,
                116,
                144,
                157,
                121,
                157,
                114,
                120,
                122,
                116,
                131,
                87,
                148,
                104,
                159,
                137,
                132,
                143,
                125);
        assertNear(
                image.toModelInput(3, 18, 1),
                65,
                93,
                124,
                154,
                177,
                179,
                156,
                110,
                79,
                83,
                114,
                145,
                176,
                183,
                168,
                132,
                91,
                71,
                155,
                140,
                106,
                101,
                118,
                104,
                111,
                140,
                154,
                150,
                126,
                92,
                123,
                111,
                111,
                130,
                154,
                161,
                77,
                81,
                104,
                134,
                165,
                191,
                168,
                122,
                91,
                82,
                94,
                125,
                156,
                187,
                180,
                144,
                103,
                83);
    }

    private static void assertNear(byte[] pixels, int... golden) {
        assertThat(pixels).hasSize(golden.length);
        for (int i = 0; i < golden.length; i++) {
            assertThat(pixels[i] & 0xff).as("pixel %d", i).isBetween(golden[i] - 1, golden[i] + 1);
        }
    }

    @Test
    void resizingKeepsAnEvenImageEven() {
        byte[] even = new byte[15 * 9];
        Arrays.fill(even, (byte) 77);
        for (int side : new int[] {4, 9, 15, 40}) {
            assertThat(PixelImage.ofGray(15, 9, even).toModelInput(side, side, 1))
                    .containsOnly(77);
        }
    }

    @Test
    void enlargingLiesBetweenNeighbours() {
        byte[] wide = PixelImage.ofGray(2, 1, new byte[] {0, 100}).toModelInput(1, 4, 1);
        assertThat(wide).containsExactly(0, 25, 75, 100);
    }

    @Test
    void bytesThatDoNotFitTheSidesAreRefused() {
        assertThatThrownBy(() -> new PixelImage(2, 2, new byte[11])).hasMessageContaining("2x2");
    }
}
