package io.freshet.trainer.round;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The trainer's disk: {@code rounds/ID/} while a round is under way and for the last ones, and {@code
 * controls/VERSION/}, for each version the network that has been trained for as long on labels alone. All of it can be
 * lost: a round begins again from its snapshot, and a control is trained again.
 */
public final class WorkFolder {

    private static final int ROUNDS_KEPT = 3;
    private static final int CONTROLS_KEPT = 5;

    private final Path root;

    public WorkFolder(Path root) {
        this.root = root;
    }

    RoundFolder round(String id) {
        return new RoundFolder(rounds().resolve(id));
    }

    /** Where the control of a version lies, as a trainable SavedModel, if it does. */
    Path control(ModelVersion version) {
        return controls().resolve(Long.toString(version.version()));
    }

    /** Deletes what old rounds and versions have left. */
    void prune() throws IOException {
        keepNewest(rounds(), ROUNDS_KEPT);
        keepNewest(controls(), CONTROLS_KEPT);
    }

    private static void keepNewest(Path folder, int kept) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> newestFirst;
        try (Stream<Path> entries = Files.list(folder)) {
            newestFirst = entries.sorted(
                            Comparator.comparingLong(WorkFolder::modified).reversed())
                    .toList();
        }
        for (Path old : newestFirst.subList(Math.min(kept, newestFirst.size()), newestFirst.size())) {
            FileTree.delete(old);
        }
    }

    private static long modified(Path path) {
        return path.toFile().lastModified();
    }

    private Path rounds() {
        return root.resolve("rounds");
    }

    private Path controls() {
        return root.resolve("controls");
    }
}
