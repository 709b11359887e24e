package io.freshet.trainer.registry;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model's versions in the store. */
public final class ModelVersions {

    private final String model;
    private final ModelStore store;

    public ModelVersions(String model, ModelStore store) {
        this.model = model;
        this.store = store;
    }

    /** The version that a promoted student gets: one above the highest in the store. */
    public ModelVersion next() throws IOException {
        List<ModelVersion> versions = store.versions(model);
        return versions.isEmpty()
                ? new ModelVersion(model, 1)
                : versions.getLast().next();
    }

    /** The version that a round has put into the store already, if it was stopped between that and its announcement. */
    public Optional<ModelDescriptor> madeBy(String roundId) throws IOException {
        for (ModelVersion version : store.versions(model).reversed()) {
            Optional<ModelDescriptor> descriptor = store.describe(version);
            if (descriptor.filter(d -> d.lineage().roundId().equals(roundId)).isPresent()) {
                return descriptor;
            }
        }
        return Optional.empty();
    }

    /**
     * Copies a version's bundle out of the store and verifies it; a copy that is there already and whole is taken.
     *
     * @throws IOException if it is not in the store, or not whole
     */
    public ModelBundle fetch(ModelVersion version, Path target) throws IOException {
        if (Files.exists(target) && ModelBundle.open(target) instanceof BundleResult.Verified whole) {
            return whole.bundle();
        }
        FileTree.delete(target);
        store.fetch(store.locate(version), target);
        BundleResult result = ModelBundle.open(target);
        return switch (result) {
            case BundleResult.Verified verified -> verified.bundle();
            case BundleResult.Refused refused ->
                throw new IOException("The bundle of " + version + " is not whole: " + refused.reason());
        };
    }

    public ModelStore store() {
        return store;
    }
}
