package io.freshet.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePoolTest {

    /** Of an image; so large that few are more than the heap's part. */
    private static final int BYTES = 1 << 20;

    private static final int ON_HEAP = ImagePool.HEAP_BYTES / BYTES;
    private static final int IMAGES = ON_HEAP + 30;

    @TempDir
    Path folder;

    @Test
    void imagesThatAreTooMuchForTheHeapComeBackAsTheyWere() throws Exception {
        ImagePool pool = fill(Optional.of(folder.resolve("work")));

        assertThat(pool.size()).isEqualTo(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            assertThat(pool.get(i)).as("image %d", i).isEqualTo(image(i));
        }
        ByteBuffer batch = ByteBuffer.allocateDirect(2 * BYTES);
        pool.copyTo(IMAGES - 1, batch);
        pool.copyTo(0, batch);
        assertThat(batch.hasRemaining()).isFalse();
        assertThat(batch.get(BYTES)).isEqualTo(image(0)[0]);
        try (Stream<Path> files = Files.list(folder.resolve("work"))) {
            assertThat(files).as("files that others could open").isEmpty();
        }
    }

    @Test
    void whatIsRetainedMovesUpFromTheFileToTheHeap() {
        ImagePool pool = fill(Optional.of(folder));

        pool.retain(place -> place % 3 == 1);

        assertThat(pool.size()).isEqualTo((IMAGES + 1) / 3);
        for (int i = 0; i < pool.size(); i++) {
            assertThat(pool.get(i)).as("image %d", i).isEqualTo(image(3 * i + 1));
        }
        pool.add(image(999));
        assertThat(pool.get(pool.size() - 1)).isEqualTo(image(999));
    }

    @Test
    void whereThereIsNoFolderToWriteToItIsSaid() throws Exception {
        Path file = Files.createFile(folder.resolve("a-file"));
        assertThatThrownBy(() -> fill(Optional.of(file)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("a-file");
    }

    private static ImagePool fill(Optional<Path> overflow) {
        ImagePool pool = new ImagePool(BYTES, overflow);
        for (int i = 0; i < IMAGES; i++) {
            pool.add(image(i));
        }
        return pool;
    }

    private static byte[] image(int seed) {
        byte[] image = new byte[BYTES];
        for (int i = 0; i < BYTES; i += 4_096) {
            image[i] = (byte) (seed + i / 4_096);
        }
        image[BYTES - 1] = (byte) (seed >> 8);
        return image;
    }
}
