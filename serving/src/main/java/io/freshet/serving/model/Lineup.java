package io.freshet.serving.model;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.ServingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of a model that answer, at one moment. Immutable, but for what the versions do.
 *
 * @param inService answers requests that name no version
 * @param candidate is on trial beside it
 * @param beside are pinned, and answer those who ask for them
 * @param labels versions by name
 */
record Lineup(
        Optional<ServableModel> inService,
        Optional<Candidate> candidate,
        List<ServableModel> beside,
        Map<String, Long> labels) {

    static final Lineup EMPTY = new Lineup(Optional.empty(), Optional.empty(), List.of(), Map.of());

    Lineup {
        beside = List.copyOf(beside);
        labels = Map.copyOf(labels);
    }

    static Lineup of(ServableModel inService) {
        return new Lineup(Optional.of(inService), Optional.empty(), List.of(), Map.of());
    }

    /** All of them, the one in service first. */
    List<ServableModel> versions() {
        List<ServableModel> all = new ArrayList<>();
        inService.ifPresent(all::add);
        candidate.map(Candidate::model).ifPresent(all::add);
        all.addAll(beside);
        return all;
    }

    List<ModelVersion> modelVersions() {
        return versions().stream()
                .map(model -> model.descriptor().modelVersion())
                .toList();
    }

    /** @param key of the client, as {@link io.freshet.serving.rollout.Trial#answers} takes it */
    Optional<ServableModel> select(Selector selector, String key) {
        return switch (selector) {
            case Selector.InService any ->
                candidate
                        .filter(onTrial -> onTrial.trial().answers(key))
                        .map(Candidate::model)
                        .or(() -> inService);
            case Selector.Version wanted -> version(wanted.version());
            case Selector.Label wanted -> labelled(wanted.label());
        };
    }

    private Optional<ServableModel> version(long version) {
        return versions().stream()
                .filter(model -> model.descriptor().version() == version)
                .findFirst();
    }

    /** While nothing is on trial, who asks for the canary gets what everybody gets. */
    private Optional<ServableModel> labelled(String label) {
        Long version = labels.get(label);
        if (version != null) {
            return version(version);
        }
        return switch (label) {
            case ServingPolicy.STABLE -> inService;
            case ServingPolicy.CANARY -> candidate.map(Candidate::model).or(() -> inService);
            default -> Optional.empty();
        };
    }
}
