package io.freshet.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.image.PixelImage;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WornCameraTest {

    @Test
    void anEvenSceneGetsDarkerAndUnevenlyLit() {
        byte[] gray = new byte[28 * 28];
        Arrays.fill(gray, (byte) 128);
        PixelImage worn =
                new WornCamera(1, 1.3, .2, 0).photograph(PixelImage.ofGray(28, 28, gray), new SplittableRandom(1));
        int dark = (int) Math.round(255 * Math.pow(128 / 255.0, 1.3));
        assertThat(worn.value(0, 0, 0)).isEqualTo(dark);
        assertThat(worn.value(27, 27, 0)).isBetween(dark + 50, dark + 52);
        assertThat(worn.isGray()).isTrue();
    }

    @Test
    void anEdgeGetsSoft() {
        byte[] edge = new byte[28 * 28];
        for (int i = 0; i < edge.length; i++) {
            edge[i] = (byte) (i % 28 < 14 ? 0 : 255);
        }
        PixelImage worn =
                new WornCamera(1, 1, 0, 0).photograph(PixelImage.ofGray(28, 28, edge), new SplittableRandom(1));
        assertThat(worn.value(3, 14, 0)).isZero();
        assertThat(worn.value(13, 14, 0)).isBetween(60, 100);
        assertThat(worn.value(14, 14, 0)).isBetween(155, 195);
        assertThat(worn.value(24, 14, 0)).isEqualTo(255);
    }

    @Test
    void oneSeedGivesOnePhotograph() {
        PixelImage scene = PixelImage.ofGray(8, 8, new byte[64]);
        assertThat(WornCamera.DEMO.photograph(scene, new SplittableRandom(1)).id())
                .isEqualTo(WornCamera.DEMO
                        .photograph(scene, new SplittableRandom(1))
                        .id())
                .isNotEqualTo(WornCamera.DEMO
                        .photograph(scene, new SplittableRandom(2))
                        .id());
    }
}
