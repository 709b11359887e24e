package io.freshet.trainer.round;

import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes trainable SavedModels from a graph on disk and a model in memory. */
final class TrainableFiles {

    /** The folder of a SavedModel's variables. */
    static final String VARIABLES = "variables";

    private static final String GRAPH = "saved_model.pb";

    private TrainableFiles() {}

    /**
     * Writes a SavedModel of a graph with a model's variables, whole or not at all.
     *
     * @param graph a SavedModel of the same graph as the model's
     * @param target is replaced
     */
    static void write(Path graph, TrainableModel model, Path target) throws IOException {
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        FileTree.delete(unfinished);
        Files.createDirectories(unfinished.resolve(VARIABLES));
        Files.copy(graph.resolve(GRAPH), unfinished.resolve(GRAPH));
        model.save(unfinished.resolve(VARIABLES).resolve(VARIABLES));
        FileTree.delete(target);
        Files.move(unfinished, target);
    }
}
