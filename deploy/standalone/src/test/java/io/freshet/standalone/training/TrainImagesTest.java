package io.freshet.standalone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.tfrecord.TfExample;
import io.freshet.protocol.tfrecord.TfRecordWriter;
import io.freshet.trainer.service.TrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainImagesTest {

    private static final int SIDE = 12;

    @TempDir
    Path folder;

    @Test
    void labeledAndUnlabeledImagesAreReadFromRecordsAndNoLabeledOneTwice() throws Exception {
        Path labeled = folder.resolve("labeled.tfrecord");
        Path unlabeled = folder.resolve("new.tfrecord");
        write(labeled, 0, 40, true);
        write(unlabeled, 30, 80, false);
        TrainImages images = read("tfrecord:" + labeled, "tfrecord:" + unlabeled);
        assertThat(images.material().labeledSet().classes()).containsExactly("boot", "shirt");
        int learned = images.material().labeled().size();
        assertThat(learned + images.material().labeledSet().anchor().size()).isEqualTo(40);
        assertThat(images.material().unlabeled().size()).isEqualTo(40);
        assertThat(images.unlabeledOffsets()).isEmpty();
    }

    @Test
    void recordsThatHoldNothingNewAreRefused() throws Exception {
        Path labeled = folder.resolve("labeled.tfrecord");
        write(labeled, 0, 40, true);
        assertThatThrownBy(() -> read("tfrecord:" + labeled, "tfrecord:" + labeled))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing to learn from in " + labeled);
    }

    private static TrainImages read(String labeled, String unlabeled) throws Exception {
        return TrainImages.read(
                TrainerConfig.defaults(),
                LabeledSource.parse(labeled),
                Optional.of(UnlabeledSource.parse(unlabeled)),
                Optional.empty(),
                Optional.empty(),
                () -> {
                    throw new AssertionError("Kafka is not asked");
                });
    }

    private static void write(Path file, int from, int to, boolean labeled) throws IOException {
        try (TfRecordWriter writer = TfRecordWriter.create(file)) {
            for (int i = from; i < to; i++) {
                TfExample.Builder example =
                        TfExample.builder().bytes("image", image(i).toPng().bytes());
                writer.write((labeled ? example.text("label", i % 2 == 0 ? "boot" : "shirt") : example)
                        .build()
                        .toBytes());
            }
        }
    }

    /** Noise, of which no image is near another. */
    private static PixelImage image(int number) {
        SplittableRandom random = new SplittableRandom(number);
        byte[] pixels = new byte[SIDE * SIDE];
        random.nextBytes(pixels);
        return PixelImage.ofGray(SIDE, SIDE, pixels);
    }
}
