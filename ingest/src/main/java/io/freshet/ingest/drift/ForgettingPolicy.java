package io.freshet.ingest.drift;

import io.freshet.protocol.ModelVersion;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which versions make way for a new one, so that what is remembered stays bounded. Pure. */
final class ForgettingPolicy {

    private ForgettingPolicy() {}

    /**
     * @param watched all versions of all models that are remembered
     * @return those to forget: of a known model the version that was silent for longest, for a new model all versions of
     *     the model that was; none while there is room
     */
    static List<ModelVersion> makeWayFor(ModelVersion newcomer, Map<ModelVersion, Watch> watched, DriftConfig config) {
        Map<String, List<Map.Entry<ModelVersion, Watch>>> byModel = watched.entrySet().stream()
                .collect(Collectors.groupingBy(entry -> entry.getKey().model()));
        List<Map.Entry<ModelVersion, Watch>> siblings = byModel.getOrDefault(newcomer.model(), List.of());
        return siblings.isEmpty()
                ? byModel.values().stream()
                        .sorted(Comparator.comparing(ForgettingPolicy::lastSeen))
                        .limit(Math.max(0, byModel.size() + 1 - config.models()))
                        .flatMap(List::stream)
                        .map(Map.Entry::getKey)
                        .toList()
                : siblings.stream()
                        .sorted(Comparator.comparing(entry -> entry.getValue().lastSeen()))
                        .limit(Math.max(0, siblings.size() + 1 - config.versions()))
                        .map(Map.Entry::getKey)
                        .toList();
    }

    private static Instant lastSeen(List<Map.Entry<ModelVersion, Watch>> versions) {
        return versions.stream()
                .map(entry -> entry.getValue().lastSeen())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
