package io.freshet.serving.model;

import io.freshet.protocol.ModelVersion;
import io.freshet.serving.testing.TinyModels;

/** Puts networks into service without a manager, for the tests of what comes before them. */
public final class InService {

    private final ServedModel model;

    public InService(String name) {
        this.model = new ServedModel(name);
    }

    public ServedModel model() {
        return model;
    }

    /** The network serves from now on, under that version. */
    public void swap(long version, Network network) {
        model.replace(
                new ServableModel(TinyModels.descriptor(new ModelVersion(model.name(), version)), network, () -> {}));
    }
}
