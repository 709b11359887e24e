package io.freshet.serving.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    private static final long MOST = 1_600; // segments of 100 bytes

    @TempDir
    Path folder;

    private Spool open() throws IOException {
        return Spool.open(folder, MOST);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void append(Spool spool, String... texts) throws IOException {
        for (String text : texts) {
            assertThat(spool.append(bytes(text))).isTrue();
        }
    }

    private static List<String> drain(Spool spool) throws IOException {
        List<String> texts = new ArrayList<>();
        while (!spool.isEmpty()) {
            Spool.Batch batch = spool.first(50);
            batch.payloads().forEach(payload -> texts.add(new String(payload, StandardCharsets.UTF_8)));
            spool.remove(batch);
        }
        return texts;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".spool"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatGoesInFirstComesOutFirstAndLeavesNothing() throws Exception {
        try (Spool spool = open()) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                texts.add("payload " + i);
                append(spool, texts.getLast());
            }
            assertThat(segments()).hasSizeGreaterThan(2);
            assertThat(drain(spool)).isEqualTo(texts);
            assertThat(segments()).isEmpty();
            assertThat(spool.bytes()).isZero();
        }
    }

    @Test
    void whatWasAppendedIsThereAfterARestartAndWhatWasRemovedIsNot() throws Exception {
        try (Spool spool = open()) {
            append(spool, "first", "second");
            spool.remove(spool.first(1));
        }
        try (Spool spool = open()) {
            append(spool, "third");
            assertThat(drain(spool)).containsExactly("second", "third");
        }
        try (Spool spool = open()) {
            assertThat(spool.isEmpty()).isTrue();
            append(spool, "fourth");
        }
        try (Spool spool = open()) {
            assertThat(drain(spool)).containsExactly("fourth");
        }
    }

    @Test
    void aWriteThatWasCutShortIsCutOffWhereverItEnded() throws Exception {
        int frame = SpoolSegment.OVERHEAD + "second".length();
        for (int written = 1; written < frame; written++) {
            try (Spool spool = open()) {
                append(spool, "first", "second");
            }
            Path segment = segments().getLast();
            byte[] whole = Files.readAllBytes(segment);
            Files.write(segment, Arrays.copyOf(whole, whole.length - frame + written));
            try (Spool spool = open()) {
                append(spool, "third");
                assertThat(drain(spool)).as("%d bytes written", written).containsExactly("first", "third");
            }
        }
    }

    @Test
    void bytesThatChangedOrAreMissingFromTheDiskAreNoPayload() throws Exception {
        try (Spool spool = open()) {
            append(spool, "first", "second");
        }
        Path segment = segments().getLast();
        byte[] whole = Files.readAllBytes(segment);
        whole[whole.length - 1] ^= 1;
        Files.write(segment, whole);
        Files.write(segment, new byte[64], StandardOpenOption.APPEND); // as a file system leaves it after a power cut

        try (Spool spool = open()) {
            assertThat(drain(spool)).containsExactly("first");
        }
    }

    @Test
    void itHoldsNoMoreThanItsBound() throws Exception {
        try (Spool spool = open()) {
            byte[] payload = new byte[92]; // and 8 around it
            int held = 0;
            while (spool.append(payload)) {
                held++;
            }
            assertThat(held).isEqualTo(16);
            assertThat(spool.bytes()).isEqualTo(MOST);

            spool.remove(spool.first(1));
            assertThat(spool.append(payload)).isTrue();
        }
    }

    @Test
    void aSecondProcessCannotOpenIt() throws Exception {
        try (Spool spool = open()) {
            assertThat(spool.isEmpty()).isTrue();
            assertThatThrownBy(this::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("capture.spoolDirectory");
        }
    }
}
