package io.freshet.trainer.learning;

import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
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
     * Writes the model's variables, and what the source of its batches has found out.
     *
     * @param step how many steps have been taken
     */
    void save(TrainableModel model, BatchSource source, int step) {
        try {
            Files.createDirectories(folder);
            model.save(prefix(step));
            float[] state = source.state();
            ByteBuffer bytes = ByteBuffer.allocate(state.length * Float.BYTES);
            bytes.asFloatBuffer().put(state);
            Files.write(sourceState(step), bytes.array());
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
        int step = latest();
        model.restore(prefix(step));
        return step;
    }

    /** The same, and gives the source of the batches back what it had found out. */
    int restoreLatest(TrainableModel model, BatchSource source) {
        int step = restoreLatest(model);
        if (step > 0) {
            source.restore(readState(step));
        }
        return step;
    }

    private float[] readState(int step) {
        try {
            FloatBuffer state =
                    ByteBuffer.wrap(Files.readAllBytes(sourceState(step))).asFloatBuffer();
            float[] values = new float[state.remaining()];
            state.get(values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the checkpoint in " + folder, e);
        }
    }

    /** How many steps the last checkpoint has seen; 0 if there is none. */
    public int latestStep() {
        return exist() ? latest() : 0;
    }

    private int latest() {
        try {
            return Integer.parseInt(Files.readString(folder.resolve(LATEST)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the checkpoint in " + folder, e);
        }
    }

    /** Named so that it is deleted with the rest of its checkpoint. */
    private Path sourceState(int step) {
        return folder.resolve("step-" + step + ".source");
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
