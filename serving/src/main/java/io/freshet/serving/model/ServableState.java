package io.freshet.serving.model;

/**
 * How far an announced version has come. It moves forward only:
 *
 * <pre>
 * Announced → Fetched → Verified → Warmed → Serving → Draining → Retired
 *      any of the first four → Refused
 * </pre>
 *
 * <p>Up to {@code Serving} the loader's thread moves it. {@code Draining} is entered before the holder's own lease is
 * given back, so that {@code Retired}, which whatever thread gives back the last lease enters, cannot come first. A
 * version that is announced again after it was retired or refused begins anew, with a state of its own.
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

    /** Batches that begin now run on it. */
    record Serving() implements ServableState {}

    /** Another has taken its place; batches that had begun run to their end. */
    record Draining() implements ServableState {}

    /** Closed, its memory given back. */
    record Retired() implements ServableState {}

    /** Will not serve; what was in service stays. */
    record Refused(String reason) implements ServableState {}

    /** Whether the table above has that arrow. */
    default boolean mayBecome(ServableState next) {
        return switch (this) {
            case Announced a -> next instanceof Fetched || next instanceof Refused;
            case Fetched f -> next instanceof Verified || next instanceof Refused;
            case Verified v -> next instanceof Warmed || next instanceof Refused;
            case Warmed w -> next instanceof Serving || next instanceof Refused;
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
