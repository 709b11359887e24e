package io.freshet.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ImageIdTest {

    @Test
    void sidesAreAsMuchPartOfAnImageAsItsPixels() {
        byte[] pixels = new byte[12];
        assertThat(ImageId.ofPixels(4, 1, pixels)).isNotEqualTo(ImageId.ofPixels(1, 4, pixels));
        assertThat(ImageId.ofPixels(4, 1, pixels)).isEqualTo(ImageId.ofPixels(4, 1, new byte[12]));
    }

    @Test
    void bytesAndDigitsAreTheSame() {
        ImageId id = ImageId.ofPixels(1, 1, new byte[] {1, 2, 3});
        assertThat(ImageId.ofBytes(id.bytes())).isEqualTo(id);
        assertThatThrownBy(() -> new ImageId("abc")).hasMessageContaining("64 lower-case hexadecimal digits");
    }

    @Test
    void imagesLieUniformlyInTheUnitInterval() {
        int[] tenths = new int[10];
        for (int i = 0; i < 10_000; i++) {
            ImageId id = ImageId.ofPixels(1, 1, new byte[] {(byte) i, (byte) (i >> 8), 0});
            tenths[(int) (id.uniform() * 10)]++;
        }
        for (int count : tenths) {
            assertThat(count).isBetween(880, 1_120);
        }
        assertThat(new ImageId("0".repeat(64)).uniform()).isZero();
        assertThat(new ImageId("f".repeat(64)).uniform()).isLessThan(1);
    }
}
