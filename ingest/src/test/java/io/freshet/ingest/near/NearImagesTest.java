package io.freshet.ingest.near;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NearImagesTest {

    private static final int CELL = 3;

    private final NearImages images = new NearImages(3);

    @Test
    void anImageIsFoundInItsCellAndNoOther() {
        add(1, CELL, 100);

        assertThat(images.find(CELL, fingerprint(1), 0))
                .hasValueSatisfying(found -> assertThat(found.image().id()).isEqualTo(id(1)));
        assertThat(images.find(CELL + 1, fingerprint(1), 0)).isEmpty();
        assertThat(images.find(CELL, fingerprint(2), 0)).isEmpty();
    }

    @Test
    void theOldestGoesWhenThereIsNoMoreRoom() {
        add(1, CELL, 100);
        add(2, CELL + 1, 101);
        add(3, CELL, 102);

        assertThat(images.add(images.next(), kept(4, CELL + 1, 103))).containsExactly(0L);
        assertThat(images.find(CELL, fingerprint(1), 0)).isEmpty();
        assertThat(images.find(CELL + 1, fingerprint(2), 0)).isPresent();
    }

    @Test
    void ofTwoThatAreNearTheOneWithinTheWindowIsTaken() {
        add(1, CELL, 100);
        add(1, CELL, 900);

        assertThat(images.find(CELL, fingerprint(1), 500))
                .hasValueSatisfying(
                        found -> assertThat(found.image().atMillis()).isEqualTo(900));
    }

    @Test
    void whatIsForgottenIsNotFoundAndTheOldestOfItsCellStillGoesInItsTurn() {
        add(1, CELL, 100);
        add(2, CELL, 101);
        add(3, CELL, 102);

        assertThat(images.forget(image -> image.id().equals(id(1)))).containsExactly(0L);
        assertThat(images.find(CELL, fingerprint(1), 0)).isEmpty();

        add(4, CELL, 103);
        assertThat(images.add(images.next(), kept(5, CELL, 104))).containsExactly(1L);
        assertThat(images.find(CELL, fingerprint(3), 0)).isPresent();
    }

    @Test
    void whatAnEarlierReleaseRememberedIsRead() {
        var serde = KeptImageSerde.create();
        KeptImage image = new KeptImage(id(1), ErasedImages.part("ann"), CELL, fingerprint(1), 100, 7);
        byte[] bytes = serde.serializer().serialize("", image);
        byte[] earlier = new byte[bytes.length - Long.BYTES];
        earlier[0] = 1;
        System.arraycopy(bytes, 1, earlier, 1, 32);
        System.arraycopy(bytes, 33 + Long.BYTES, earlier, 33, earlier.length - 33);

        assertThat(serde.deserializer().deserialize("", bytes)).isEqualTo(image);
        assertThat(serde.deserializer().deserialize("", earlier))
                .isEqualTo(new KeptImage(id(1), CELL, fingerprint(1), 100, 7));
    }

    private void add(int seed, int cell, long atMillis) {
        images.add(images.next(), kept(seed, cell, atMillis));
    }

    private static KeptImage kept(int seed, int cell, long atMillis) {
        return new KeptImage(id(seed), cell, fingerprint(seed), atMillis, 0);
    }

    private static ImageId id(int seed) {
        return ImageId.ofPixels(1, 1, new byte[] {0, 0, (byte) seed});
    }

    private static Fingerprint fingerprint(int seed) {
        byte[] rgb = new byte[3 * 64];
        new SplittableRandom(seed).nextBytes(rgb);
        return Fingerprint.of(new PixelImage(8, 8, rgb));
    }
}
