package io.freshet.serving.model;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ModelDescriptor;
import java.util.List;
import java.util.Optional;

/**
 * A model by its name: whichever versions are in service. From the first version on, its classes and the shape of its
 * images stay as they are. Thread safe.
 */
public final class ServedModel {

    private final String name;
    private volatile Lineup lineup = Lineup.EMPTY;

    ServedModel(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** What the version in service says of itself; empty if there is none. */
    public Optional<ModelDescriptor> descriptor() {
        return lineup.inService().map(ServableModel::descriptor);
    }

    /** What the selected version says of itself; empty if there is none such. */
    public Optional<ModelDescriptor> descriptor(Selector selector) {
        return lineup.select(selector, "").map(ServableModel::descriptor);
    }

    /** The versions that answer, the one in service first. */
    public List<ModelVersion> versions() {
        return lineup.modelVersions();
    }

    Lineup lineup() {
        return lineup;
    }

    /**
     * Finds the version that answers a request.
     *
     * @param key the same for all requests of a client, so that the same version answers them while one is on trial
     */
    public Routing route(Selector selector, String key) {
        while (true) {
            Lineup now = lineup;
            Optional<ServableModel> version = now.select(selector, key);
            if (version.isEmpty()) {
                return new Routing.NoSuchVersion(now.modelVersions());
            }
            Optional<ServableModel.Lease> lease = version.get().acquire();
            if (lease.isPresent()) {
                return new Routing.Found(Route.of(this, now, version.get(), lease.get(), selector, key));
            }
            // It was closed since it was read, and that happens only after another lineup has taken its place.
            Thread.onSpinWait();
        }
    }

    /** Past whatever is on trial. */
    Routing routeInService() {
        while (true) {
            Lineup now = lineup;
            if (now.inService().isEmpty()) {
                return new Routing.NoSuchVersion(now.modelVersions());
            }
            Selector.Version version =
                    new Selector.Version(now.inService().get().descriptor().version());
            if (route(version, "") instanceof Routing.Found found) {
                return found;
            }
            // Another has come into service since.
        }
    }

    /** Puts other versions in service, and retires those that are not among them. For one thread at a time. */
    void replace(Lineup next) {
        Lineup before = lineup;
        lineup = next;
        before.versions().stream()
                .filter(model -> !next.versions().contains(model))
                .forEach(ServableModel::retire);
    }
}
