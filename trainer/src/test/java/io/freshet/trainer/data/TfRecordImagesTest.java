package io.freshet.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.tfrecord.TfExample;
import io.freshet.protocol.tfrecord.TfRecordWriter;
import io.freshet.trainer.Shapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfRecordImagesTest {

    private static final int COUNT = 40;

    @TempDir
    Path folder;

    @Test
    void imagesWithIndicesAreReadAndThoseWithoutALabelLeftOut() throws Exception {
        write(i -> example(i).number("label", i % 4 == 3 ? -1 : i % 4).build());
        LabeledSet read = read(List.of("a", "b", "c"));
        assertThat(read.classes()).containsExactly("a", "b", "c");
        assertThat(read.shape()).isEqualTo(new ImageShape(Shapes.SIDE, Shapes.SIDE, 1));
        assertThat(read.training().size() + read.anchor().size()).isEqualTo(30);
        assertThat(read(List.of()).classes()).containsExactly("0", "1", "2");
        assertThat(TfRecordImages.in(folder).readUnlabeled(read.shape()).size()).isEqualTo(COUNT);
    }

    @Test
    void imagesAreReadAsTensorFlowsOwnDataSetsHaveThem() throws Exception {
        write(i -> TfExample.builder()
                .bytes("image/encoded", image(i).toPng().bytes())
                .number("image/class/label", i % 2)
                .text("image/class/text", i % 2 == 0 ? "dog" : "cat")
                .build());
        LabeledSet read = read(List.of());
        assertThat(read.classes()).containsExactly("cat", "dog");
        for (int i = 0; i < read.training().size(); i++) {
            int label = read.training().label(i);
            boolean even = image(0).id().equals(read.training().id(i)) || isEven(read, i);
            assertThat(label).isEqualTo(even ? 1 : 0);
        }
    }

    private static boolean isEven(LabeledSet read, int place) {
        for (int i = 0; i < COUNT; i += 2) {
            if (image(i).id().equals(read.training().id(place))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whatIsWrongIsSaidWithTheFileAndTheOffset() throws Exception {
        write(i -> TfExample.builder().number("label", i % 2).text("name", "x").build());
        assertThatThrownBy(() -> read(List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        file() + " at offset 0: the example has no bytes in any of [image, image/encoded],"
                                + " it has [label, name]");
        write(i -> example(i).number("label", i).build());
        assertThatThrownBy(() -> read(List.of("a", "b")))
                .hasMessageContaining("of class 2, and the classes are [a, b]");
        write(i -> example(i).build());
        assertThatThrownBy(() -> read(List.of())).hasMessageContaining("two classes or more");
        Files.write(file(), new byte[100]);
        assertThatThrownBy(() -> read(List.of())).hasMessageContaining(file() + " is broken at offset 0");
        Files.delete(file());
        assertThatThrownBy(() -> TfRecordImages.in(folder)).hasMessageContaining("tfrecord");
    }

    @Test
    void whatIsNoImageIsLeftOut() throws Exception {
        write(i -> (i < 3 ? TfExample.builder().bytes("image", new byte[] {1}) : example(i))
                .number("label", i % 2)
                .build());
        LabeledSet read = read(List.of());
        assertThat(read.training().size() + read.anchor().size()).isEqualTo(COUNT - 3);
    }

    private interface Examples {

        TfExample of(int i);
    }

    private Path file() {
        return folder.resolve("train.tfrecord-00000-of-00001");
    }

    private void write(Examples examples) throws IOException {
        try (TfRecordWriter writer = TfRecordWriter.create(file())) {
            for (int i = 0; i < COUNT; i++) {
                writer.write(examples.of(i).toBytes());
            }
        }
    }

    private LabeledSet read(List<String> classes) throws IOException {
        return TfRecordImages.in(folder).readLabeled(classes, Optional.empty(), .3);
    }

    private static TfExample.Builder example(int i) {
        return TfExample.builder().bytes("image", image(i).toPng().bytes());
    }

    private static PixelImage image(int i) {
        return Shapes.image(i % 3, new SplittableRandom(i));
    }
}
