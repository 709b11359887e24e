package io.freshet.trainer.representation;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a network has learned below its head, taken into another model. */
public final class Backbone {

    /** Prefix of the checkpoint in a SavedModel. */
    static final Path VARIABLES = Path.of("variables", "variables");

    private Backbone() {}

    /**
     * Writes a trainable model that begins from another's weights below the head. The other may have been pretrained, or
     * be any version of a model, whatever its classes.
     *
     * @param spec of the new model; its architecture and channels must be the other's
     * @param seed of the weights that are drawn: the head's
     * @param from folder of the other SavedModel
     * @param target is replaced, whole or not at all
     * @throws IOException if there is none in the folder, it is of another architecture, or the new one cannot be written
     */
    public static void writeModel(TrainableModelSpec spec, long seed, Path from, Path target) throws IOException {
        if (!Files.exists(from.resolve(VARIABLES + ".index"))) {
            throw new IOException("There is no model in " + from + " to begin from");
        }
        Path unfinished = target.toAbsolutePath().resolveSibling(target.getFileName() + ".unfinished");
        FileTree.delete(unfinished);
        TrainableModelWriter.write(spec, seed, unfinished);
        try (TrainableModel model = TrainableModel.load(unfinished, SessionOptions.forTraining())) {
            take(model, spec, from);
            model.save(unfinished.resolve(VARIABLES));
        } catch (IOException e) {
            FileTree.delete(unfinished);
            throw e;
        }
        FileTree.delete(target);
        Files.move(unfinished, target);
    }

    private static void take(TrainableModel model, TrainableModelSpec spec, Path from) throws IOException {
        try {
            model.restoreBackbone(from.resolve(VARIABLES));
        } catch (RuntimeException e) {
            throw new IOException(
                    "The model in " + from + " is no " + spec.architecture().name() + " for images of "
                            + spec.channels() + " channels: " + firstLine(e),
                    e);
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
