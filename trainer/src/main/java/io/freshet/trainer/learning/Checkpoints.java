package io.freshet.trainer.learning;

import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The checkpoints of one run in a folder: the last one counts, and a file that is written after it says which it is, so
 * that a kill while one is written leaves the one before. Not thread safe.
 */
public final class Checkpoints {

    private static final String LATEST = "latest";

    private final Path folder;

    public Checkpoints(Path folder) {
        this.folder = folder;
    }

    /** Whether one has been written. */
    public boolean exist() {
        return Files.exists(folder.resolve(LATEST));
    }

    /**
     * Writes the model's variables.
     *
     * @param step how many steps have been taken
     */
    void save(TrainableModel model, int step) {
        try {
            Files.createDirectories(folder);
            model.save(prefix(step));
            Path unfinished = folder.resolve(LATEST + ".unfinished");
            Files.writeString(unfinished, Integer.toString(step));
            Files.move(
                    unfinished,
                    folder.resolve(LATEST),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            deleteAllBut(step);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a checkpoint to " + folder, e);
        }
    }

    /**
     * Reads the last checkpoint into a model of the same graph.
     *
     * @return how many steps had been taken; 0 if there is none, and the model stays as it is
     */
    public int restoreLatest(TrainableModel model) {
        if (!exist()) {
            return 0;
        }
        try {
            int step = Integer.parseInt(Files.readString(folder.resolve(LATEST)));
            model.restore(prefix(step));
            return step;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the checkpoint in " + folder, e);
        }
    }

    private Path prefix(int step) {
        return folder.resolve("step-" + step);
    }

    private void deleteAllBut(int step) throws IOException {
        String kept = "step-" + step + ".";
        List<Path> old;
        try (Stream<Path> files = Files.list(folder)) {
            old = files.filter(file -> file.getFileName().toString().startsWith("step-"))
                    .filter(file -> !file.getFileName().toString().startsWith(kept))
                    .toList();
        }
        for (Path file : old) {
            Files.deleteIfExists(file);
        }
    }
}
