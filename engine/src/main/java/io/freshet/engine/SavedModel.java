package io.freshet.engine;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.tensorflow.engine.SavedModelBundle;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A SavedModel on disk, loaded through DJL's TensorFlow engine with its variables, whose signatures can be run.
 *
 * <p>All signatures see the same variables. Signatures may run at the same time on several threads; whether that makes
 * sense for signatures that change variables is for the caller to know. The caller closes the model, when no run is
 * under way: closing it under a run ends the process.
 */
public final class SavedModel implements AutoCloseable {

    static final String ENGINE = "TensorFlow";

    private final Model model;
    private final SavedModelBundle bundle;
    private final Map<String, Signature> signatures = new ConcurrentHashMap<>();

    private SavedModel(Model model, SavedModelBundle bundle) {
        this.model = model;
        this.bundle = bundle;
    }

    /**
     * Loads the SavedModel in a folder.
     *
     * @param folder holds {@code saved_model.pb} and {@code variables/}
     * @throws ModelLoadException if there is none, or TensorFlow refuses it
     */
    public static SavedModel load(Path folder, SessionOptions options) {
        NativeTensorFlow.ensureLoaded();
        Model model = Model.newInstance("saved_model.pb", ENGINE);
        try {
            model.load(folder, null, Map.of("ConfigProto", options.toConfigProto()));
            TfSymbolBlock block = (TfSymbolBlock) model.getBlock();
            return new SavedModel(model, block.getSavedModelBundle());
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw new ModelLoadException("Cannot load the SavedModel in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** The keys of the signatures that the model has. */
    public Set<String> signatureKeys() {
        return Set.copyOf(bundle.getMetaGraphDef().getSignatureDefMap().keySet());
    }

    /**
     * A signature by its key.
     *
     * @throws IllegalArgumentException if the model has none of that key
     */
    public Signature signature(String key) {
        return signatures.computeIfAbsent(key, this::openSignature);
    }

    private Signature openSignature(String key) {
        if (!signatureKeys().contains(key)) {
            throw new IllegalArgumentException("The model has no signature '" + key + "', it has " + signatureKeys());
        }
        return new Signature(key, new TfSymbolBlock(bundle, key), model.getNDManager());
    }

    /** The model's manager: arrays made by it, or by its sub-managers, live at most as long as the model. */
    public NDManager manager() {
        return model.getNDManager();
    }

    /** Frees the graph, its session and its variables. No run may be under way. */
    @Override
    public void close() {
        model.close();
    }
}
