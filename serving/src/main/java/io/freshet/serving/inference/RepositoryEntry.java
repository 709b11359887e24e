package io.freshet.serving.inference;

import io.freshet.serving.model.Repository;
import io.freshet.serving.model.ServableState;
import io.freshet.serving.model.VersionStatus;
import java.util.List;
import java.util.Optional;

/**
 * A version in the words of the model repository extension.
 *
 * @param reason why it is in that state, if there is something to say of it
 */
public record RepositoryEntry(String name, String version, String state, String reason) {

    private static final String READY = "READY";
    private static final String LOADING = "LOADING";

    /** @param onlyReady whether only versions that answer shall be listed */
    public static List<RepositoryEntry> index(Repository repository, boolean onlyReady) {
        return repository.index().stream()
                .map(RepositoryEntry::of)
                .filter(entry -> !onlyReady || entry.state().equals(READY))
                .toList();
    }

    private static RepositoryEntry of(VersionStatus status) {
        return new RepositoryEntry(
                status.version().model(),
                Long.toString(status.version().version()),
                state(status.state()),
                fault(status.state()).orElse(""));
    }

    private static String state(ServableState state) {
        return switch (state) {
            case ServableState.Announced a -> LOADING;
            case ServableState.Fetched f -> LOADING;
            case ServableState.Verified v -> LOADING;
            case ServableState.Warmed w -> LOADING;
            case ServableState.Shadowing s -> READY; // to those who ask for it by its number
            case ServableState.Canary c -> READY;
            case ServableState.Serving s -> READY;
            case ServableState.Draining d -> "UNLOADING";
            case ServableState.Retired r -> "UNAVAILABLE";
            case ServableState.Refused r -> "UNAVAILABLE";
        };
    }

    /** Why a version is not in service, or will not stay there. */
    public static Optional<String> fault(ServableState state) {
        return switch (state) {
            case ServableState.Refused refused -> Optional.of(refused.reason());
            case ServableState.Draining draining -> draining.fault();
            case ServableState.Retired retired -> retired.fault();
            case ServableState.Announced a -> Optional.empty();
            case ServableState.Fetched f -> Optional.empty();
            case ServableState.Verified v -> Optional.empty();
            case ServableState.Warmed w -> Optional.empty();
            case ServableState.Shadowing s -> Optional.empty();
            case ServableState.Canary c -> Optional.empty();
            case ServableState.Serving s -> Optional.empty();
        };
    }

    /** Why a call by hand came to nothing; empty if it did not. */
    public static Optional<Failure> failure(String name, Repository.Outcome outcome) {
        return switch (outcome) {
            case Repository.Outcome.Done done -> Optional.empty();
            case Repository.Outcome.Unknown unknown ->
                Optional.of(Failure.of(404, "Nothing was ever announced of a model '" + name + "'"));
            case Repository.Outcome.Failed failed -> Optional.of(Failure.of(409, failed.reason()));
        };
    }
}
