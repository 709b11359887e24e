package io.freshet.protocol.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfRecordTest {

    /** What TensorFlow 2.21's {@code tf.io.TFRecordWriter} makes of the records "hello" and "". */
    private static final String TENSORFLOWS_FILE =
            "0500000000000000eab2043e68656c6c6fbb1f1c19000000000000000029039807d8ea82a2";

    /** What it makes of an example with image, label and p. */
    private static final String TENSORFLOWS_EXAMPLE =
            "0a340a0f0a05696d61676512060a040a0201020a0e0a056c6162656c12051a030a"
                    + "01030a110a0170120c120a0a080000803e0000403f";

    @TempDir
    Path folder;

    @Test
    void aFileIsTheOneThatTensorFlowWrites() throws Exception {
        Path file = write("hello".getBytes(StandardCharsets.UTF_8), new byte[0]);
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file))).isEqualTo(TENSORFLOWS_FILE);
        assertThat(read(file)).containsExactly("hello".getBytes(StandardCharsets.UTF_8), new byte[0]);
    }

    @Test
    void whateverIsWrittenComesBack() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        byte[][] records = new byte[50][];
        for (int i = 0; i < records.length; i++) {
            records[i] = new byte[random.nextInt(5_000)];
            random.nextBytes(records[i]);
        }
        assertThat(read(write(records))).containsExactly(records);
    }

    @Test
    void anExampleIsTheOneThatTensorFlowWrites() {
        TfExample example = TfExample.builder()
                .number("label", 3)
                .bytes("image", new byte[] {1, 2})
                .floats("p", .25f, .75f)
                .build();
        assertThat(HexFormat.of().formatHex(example.toBytes())).isEqualTo(TENSORFLOWS_EXAMPLE);
        TfExample read = TfExample.parse(HexFormat.of().parseHex(TENSORFLOWS_EXAMPLE));
        assertThat(read.bytes("image"))
                .hasValueSatisfying(image -> assertThat(image).containsExactly(1, 2));
        assertThat(read.number("label")).hasValue(3);
        assertThat(read.floats("p")).containsExactly(.25f, .75f);
        assertThat(read.number("image")).isEmpty();
        assertThat(read.bytes("none")).isEmpty();
        assertThat(read.floats("none")).isEmpty();
    }

    @Test
    void aTruncatedFileIsSaidWithItsNameAndTheOffsetWhereverItEnds() throws Exception {
        Path file = write(new byte[] {1, 2, 3}, new byte[] {4});
        byte[] whole = Files.readAllBytes(file);
        for (int length = 1; length < whole.length; length++) {
            if (length == 19) {
                continue; // the end of the first record
            }
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> read(file))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file + " is broken at offset " + (length < 19 ? 0 : 19) + ": it ends within");
        }
    }

    @Test
    void aByteThatHasChangedIsNoticedWhereverItLies() throws Exception {
        Path file = write(new byte[] {1, 2, 3}, new byte[] {4});
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 64;
            Files.write(file, changed);
            assertThatThrownBy(() -> read(file)).as("byte %d", i).hasMessageContaining("is broken at offset");
        }
    }

    @Test
    void aCompressedFileIsCalledOne() throws Exception {
        Path file = folder.resolve("packed");
        Files.write(file, HexFormat.of().parseHex("1f8b0800000000000003cb48cdc9c90700"));
        assertThatThrownBy(() -> read(file)).hasMessageContaining("compressed with gzip");
    }

    @Test
    void whatIsNoExampleIsRefused() {
        assertThatThrownBy(() -> TfExample.parse(new byte[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no tf.train.Example");
    }

    private Path write(byte[]... records) throws IOException {
        Path file = folder.resolve("records");
        try (TfRecordWriter writer = TfRecordWriter.create(file)) {
            for (byte[] record : records) {
                writer.write(record);
            }
        }
        return file;
    }

    private static List<byte[]> read(Path file) throws IOException {
        List<byte[]> records = new ArrayList<>();
        try (TfRecordReader reader = TfRecordReader.open(file)) {
            for (Optional<byte[]> record = reader.next(); record.isPresent(); record = reader.next()) {
                records.add(record.get());
            }
        }
        return records;
    }
}
