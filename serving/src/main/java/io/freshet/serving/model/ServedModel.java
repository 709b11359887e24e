package io.freshet.serving.model;

import io.freshet.protocol.bundle.ModelDescriptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model by its name: whichever version is in service. From the first version on, its classes and the shape of its
 * images stay as they are. Thread safe.
 */
public final class ServedModel {

    private final String name;
    private volatile @Nullable ServableModel inService;

    ServedModel(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** What the version in service says of itself; empty before the first. */
    public Optional<ModelDescriptor> descriptor() {
        return Optional.ofNullable(inService).map(ServableModel::descriptor);
    }

    /** A lease on the version in service, or none if there is none. The caller closes it. */
    public Optional<ServableModel.Lease> acquire() {
        while (true) {
            ServableModel model = inService;
            if (model == null) {
                return Optional.empty();
            }
            Optional<ServableModel.Lease> lease = model.acquire();
            if (lease.isPresent()) {
                return lease;
            }
            // It was closed since it was read, and that happens only after another has taken its place.
            Thread.onSpinWait();
        }
    }

    /** Puts a version in service, or none, and retires the one before. For one thread at a time. */
    void replace(@Nullable ServableModel next) {
        ServableModel before = inService;
        inService = next;
        if (before != null) {
            before.retire();
        }
    }
}
