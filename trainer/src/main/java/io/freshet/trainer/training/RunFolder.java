package io.freshet.trainer.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.tuning.Tuning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What a call of training leaves: {@code models/}, a model store with the model in it, {@code choices.json}, {@code
 * history.json} and {@code waterfall.json}; and, as long as it is under way, {@code work/}, from which it goes on.
 */
final class RunFolder {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Path root;

    RunFolder(Path root) {
        this.root = root;
    }

    /**
     * Takes the folder for a run, or for one that goes on.
     *
     * @param fingerprint of what goes into the run
     * @return whether it goes on
     * @throws IOException if the folder holds another run, or cannot be written
     */
    boolean claim(String fingerprint) throws IOException {
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new IOException(root + " is no folder: what comes of the training goes into one (--to)");
        }
        if (Files.exists(waterfall())) {
            throw new IOException(root + " holds a training that is done: another folder is wanted (--to)");
        }
        Path request = work().resolve("request");
        if (Files.exists(request)) {
            if (!Files.readString(request).equals(fingerprint)) {
                throw new IOException(
                        root + " holds a training that was stopped, of other images or with other options:"
                                + " with the same it goes on; else another folder is wanted (--to)");
            }
            return true;
        }
        if (Files.isDirectory(models())) {
            throw new IOException(root + " holds models already: another folder is wanted (--to)");
        }
        Files.createDirectories(work());
        writeAtomically(request, fingerprint.getBytes(StandardCharsets.UTF_8));
        return false;
    }

    Path models() {
        return root.resolve("models");
    }

    Path work() {
        return root.resolve("work");
    }

    private Path waterfall() {
        return root.resolve("waterfall.json");
    }

    Optional<Tuning> readTuning() throws IOException {
        Path file = root.resolve("choices.json");
        return Files.exists(file)
                ? Optional.of(JSON.readValue(Files.readAllBytes(file), Tuning.class))
                : Optional.empty();
    }

    void write(Tuning tuning) throws IOException {
        write("choices.json", tuning);
    }

    /** Writes what came of it, and deletes what it would have gone on from. */
    void finish(History history, Waterfall waterfall) throws IOException {
        write("history.json", history);
        write("waterfall.json", waterfall);
        FileTree.delete(work());
    }

    private void write(String name, Object value) throws IOException {
        writeAtomically(root.resolve(name), JSON.writeValueAsBytes(value));
    }

    private static void writeAtomically(Path file, byte[] bytes) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.write(unfinished, bytes);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
