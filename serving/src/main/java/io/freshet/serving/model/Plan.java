package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ServingPolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a model's lineup shall become. */
sealed interface Plan {

    /** Nothing is in service. */
    record Nothing() implements Plan {}

    /** What is there stays. */
    record Keep() implements Plan {}

    /** Tries a version beside the one in service. */
    record Try(ModelAnnouncement bundle) implements Plan {}

    /**
     * Serves these, as soon as they are loaded.
     *
     * @param bundles at least one; the first is the one in service
     */
    record Serve(List<ModelAnnouncement> bundles, Map<String, Long> labels) implements Plan {}

    /**
     * What the last word on a model comes to.
     *
     * @param announced last
     * @param withdrawn whether that version was found wanting here, and its withdrawal is not announced yet
     * @param staged whether a promoted version is tried before it serves
     * @param inService whether there is a version in service to try it beside
     */
    static Plan of(
            Optional<ModelAnnouncement> announced,
            Optional<ServingPolicy> policy,
            boolean withdrawn,
            boolean staged,
            boolean inService) {
        Optional<ServingPolicy> pinning = policy.filter(p -> !p.followsAnnouncements());
        if (pinning.isPresent()) {
            return new Serve(stableFirst(pinning.get()), pinning.get().labels());
        }
        if (announced.isEmpty()) {
            return new Nothing();
        }
        if (withdrawn) {
            return new Keep();
        }
        boolean promoted = announced.get().reason() == ModelAnnouncement.Reason.PROMOTED;
        return promoted && staged && inService
                ? new Try(announced.get())
                : new Serve(List.of(announced.get()), Map.of());
    }

    private static List<ModelAnnouncement> stableFirst(ServingPolicy policy) {
        Long stable = policy.labels().get(ServingPolicy.STABLE);
        Comparator<ModelAnnouncement> byVersion =
                Comparator.comparingLong(bundle -> -bundle.model().version());
        return policy.pinned().stream()
                .sorted(Comparator.<ModelAnnouncement, Boolean>comparing(
                                bundle -> stable == null || bundle.model().version() != stable)
                        .thenComparing(byVersion))
                .toList();
    }
}
