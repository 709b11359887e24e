package io.freshet.serving.model;

import io.freshet.serving.rollout.Stage;
import java.util.Optional;

/**
 * How far an announced version has come. It moves forward only:
 *
 * <pre>
 * Announced → Fetched → Verified → Warmed → Shadowing → Canary → Serving → Draining → Retired
 *                                    Warmed → Canary | Serving      where stages are left out
 *                        Warmed | Shadowing | Canary → Draining     given up, or found wanting
 *      any of the first four → Refused
 * </pre>
 *
 * <p>{@code Draining} is entered before the lineup's own lease is given back, so that {@code Retired}, which whatever
 * thread closes the version enters, cannot come first. A version that is announced again after it was retired or refused
 * begins anew, with a state of its own.
 */
public sealed interface ServableState {

    /** Said to be the version to serve. */
    record Announced() implements ServableState {}

    /** Its bundle lies in the cache. */
    record Fetched() implements ServableState {}

    /** The bundle is the one announced, whole, and may take the place of what is in service. */
    record Verified() implements ServableState {}

    /** Loaded; has answered batches of each size. */
    record Warmed() implements ServableState {}

    /** Answers copies of requests. */
    record Shadowing() implements ServableState {}

    /** Answers a share of the requests. */
    record Canary() implements ServableState {}

    /** Answers requests, all or, where it is pinned beside others, those for it. */
    record Serving() implements ServableState {}

    /**
     * Another has taken its place; batches that had begun run to their end.
     *
     * @param fault for which it was withdrawn, for people
     */
    record Draining(Optional<String> fault) implements ServableState {}

    /**
     * Closed, its memory given back.
     *
     * @param fault for which it was withdrawn, for people
     */
    record Retired(Optional<String> fault) implements ServableState {}

    /** Will not serve; what was in service stays. */
    record Refused(String reason) implements ServableState {}

    /** The state of a version in a stage of its trial. */
    static ServableState of(Stage stage) {
        return switch (stage) {
            case SHADOW -> new Shadowing();
            case CANARY -> new Canary();
        };
    }

    /** Whether the table above has that arrow. */
    default boolean mayBecome(ServableState next) {
        return switch (this) {
            case Announced a -> next instanceof Fetched || next instanceof Refused;
            case Fetched f -> next instanceof Verified || next instanceof Refused;
            case Verified v -> next instanceof Warmed || next instanceof Refused;
            case Warmed w ->
                next instanceof Shadowing
                        || next instanceof Canary
                        || next instanceof Serving
                        || next instanceof Draining
                        || next instanceof Refused;
            case Shadowing s -> next instanceof Canary || next instanceof Serving || next instanceof Draining;
            case Canary c -> next instanceof Serving || next instanceof Draining;
            case Serving s -> next instanceof Draining;
            case Draining d -> next instanceof Retired;
            case Retired r -> false;
            case Refused r -> false;
        };
    }

    /** Whether nothing more will happen to the version. */
    default boolean isLast() {
        return this instanceof Retired || this instanceof Refused;
    }
}
