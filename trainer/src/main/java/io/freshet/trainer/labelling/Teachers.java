package io.freshet.trainer.labelling;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a round's teacher out of the version in the model store, and keeps the last one loaded. For one thread; the caller
 * closes it.
 */
final class Teachers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Teachers.class);
    private static final String VARIABLES = "variables";

    private final ModelStore store;
    private final Path folder;
    private LabellingTask.@Nullable Teacher current;
    private @Nullable TrainableModel model;

    /** @param folder in which the teacher is laid out; it belongs to this process */
    Teachers(ModelStore store, Path folder) {
        this.store = store;
        this.folder = folder;
    }

    /**
     * The model of a teacher, until another is asked for or this is closed.
     *
     * @throws TeacherUnavailableException if the store does not have it, or has another, or it cannot be loaded
     */
    TrainableModel load(LabellingTask.Teacher wanted) throws TeacherUnavailableException {
        TrainableModel loaded = model;
        if (loaded != null && wanted.equals(current)) {
            return loaded;
        }
        close();
        try {
            layOut(wanted);
            loaded = TrainableModel.load(
                    folder, SessionOptions.forTraining().withMixedPrecision(wanted.mixedPrecision()));
        } catch (IOException | RuntimeException e) {
            throw new TeacherUnavailableException("Cannot have the teacher " + wanted.model() + ": " + e, e);
        }
        model = loaded;
        current = wanted;
        LOG.info("The teacher is {}, weights {}", wanted.model(), wanted.variablesSha256());
        return loaded;
    }

    private void layOut(LabellingTask.Teacher wanted) throws IOException, TeacherUnavailableException {
        FileTree.delete(folder);
        store.fetch(store.locate(wanted.model()), folder);
        BundleResult result = ModelBundle.open(folder);
        switch (result) {
            case BundleResult.Refused refused ->
                throw new TeacherUnavailableException(
                        "The bundle of " + wanted.model() + " in the store is not whole: " + refused.reason());
            case BundleResult.Verified verified -> {
                String there = verified.bundle().manifestSha256();
                if (!there.equals(wanted.manifestSha256())) {
                    throw new TeacherUnavailableException("The bundle of " + wanted.model()
                            + " in this store is not the one that the trainer has: its manifest's SHA-256 is " + there
                            + ", and not " + wanted.manifestSha256() + "; do both have the same 'store'?");
                }
            }
        }
        Path variables = folder.resolve(VARIABLES);
        TeacherPatch.apply(wanted.patches(), variables);
        String weights = TeacherPatch.sha256(variables);
        if (!weights.equals(wanted.variablesSha256())) {
            throw new TeacherUnavailableException("The weights of " + wanted.model()
                    + " with its statistics moved are not those of the trainer's teacher: their SHA-256 is " + weights
                    + ", and not " + wanted.variablesSha256());
        }
    }

    @Override
    public void close() {
        if (model != null) {
            model.close();
        }
        model = null;
        current = null;
    }
}
