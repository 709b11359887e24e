package io.freshet.protocol;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which versions of a model serving holds ready, and what else than by number they may be asked for.
 *
 * @param pinned the versions to serve, whatever is announced; none to serve the version that was announced last
 * @param labels versions by name, each among the pinned. A request that names no version is answered by the one labelled
 *     {@value #STABLE}, or else by the highest
 */
public record ServingPolicy(String model, List<ModelAnnouncement> pinned, Map<String, Long> labels, Instant setAt) {

    /** The version that answers requests that name none. */
    public static final String STABLE = "stable";

    /** The version that is being tried out. */
    public static final String CANARY = "canary";

    /** @throws IllegalArgumentException if a pinned version is another model's or there twice, or a label's is not pinned */
    public ServingPolicy {
        ModelVersion.requireName(model);
        pinned = List.copyOf(pinned);
        labels = Map.copyOf(labels);
        Set<Long> versions = new HashSet<>();
        for (ModelAnnouncement bundle : pinned) {
            if (!bundle.model().model().equals(model)) {
                throw new IllegalArgumentException(bundle.model() + " is no version of '" + model + "'");
            }
            if (!versions.add(bundle.model().version())) {
                throw new IllegalArgumentException(bundle.model() + " is pinned twice");
            }
        }
        labels.forEach((label, version) -> {
            if (!versions.contains(version)) {
                throw new IllegalArgumentException("The label '" + label + "' is of version " + version
                        + ", and pinned are " + versions.stream().sorted().toList());
            }
        });
    }

    /** Serve the version that was announced last. */
    public static ServingPolicy latest(String model, Instant setAt) {
        return new ServingPolicy(model, List.of(), Map.of(), setAt);
    }

    /** Whether announcements decide. */
    public boolean followsAnnouncements() {
        return pinned.isEmpty();
    }
}
