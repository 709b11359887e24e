package io.freshet.trainer.labelling;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.labelling.FilePatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherPatchTest {

    /** More than a block of the comparison, and no multiple of it. */
    private static final int BYTES = 2_500_000;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(1);

    @BeforeEach
    void write() throws Exception {
        Files.createDirectories(before());
        Files.createDirectories(after());
        byte[] data = new byte[BYTES];
        random.nextBytes(data);
        Files.write(before().resolve("variables.data"), data);
        Files.write(before().resolve("variables.index"), new byte[] {1, 2, 3});
    }

    private Path before() {
        return folder.resolve("before");
    }

    private Path after() {
        return folder.resolve("after");
    }

    @Test
    void whatIsPatchedIsWhatItWasComparedWith() throws Exception {
        byte[] data = Files.readAllBytes(before().resolve("variables.data"));
        for (int at : new int[] {0, 70, 71, (1 << 20) - 1, 1 << 20, BYTES - 1}) {
            data[at]++;
        }
        for (int at = 1_500_000; at < 1_508_000; at++) {
            data[at] ^= 0x55;
        }
        Files.write(after().resolve("variables.data"), data);
        Files.write(after().resolve("variables.index"), new byte[] {1, 2}); // shorter
        Files.write(after().resolve("new"), new byte[] {9});

        List<FilePatch> patches = TeacherPatch.between(before(), after()).orElseThrow();

        assertThat(bytes(patches)).isLessThan(8_200);
        assertThat(TeacherPatch.sha256(before())).isNotEqualTo(TeacherPatch.sha256(after()));
        TeacherPatch.apply(patches, before());
        assertThat(TeacherPatch.sha256(before())).isEqualTo(TeacherPatch.sha256(after()));
    }

    @Test
    void whereNothingDiffersThereIsNothingToPatch() throws Exception {
        FileTree.delete(after());
        FileTree.copy(before(), after());
        assertThat(TeacherPatch.between(before(), after())).contains(List.of());
    }

    @Test
    void whatDiffersTooMuchIsNoPatch() throws Exception {
        byte[] other = new byte[TeacherPatch.MOST_BYTES + 1];
        random.nextBytes(other);
        Files.write(after().resolve("variables.data"), other);
        assertThat(TeacherPatch.between(before(), after())).isEmpty();
    }

    private static int bytes(List<FilePatch> patches) {
        return patches.stream()
                .flatMap(patch -> patch.runs().stream())
                .mapToInt(run -> run.content().remaining())
                .sum();
    }
}
