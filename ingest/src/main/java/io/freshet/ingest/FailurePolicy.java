package io.freshet.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;

/**
 * Whether a failure may pass if the work is tried again. Most do; but not those that somebody must mend, and not one that
 * comes again and again. Thread safe.
 */
final class FailurePolicy {

    enum Reaction {
        TRY_AGAIN,
        GIVE_UP
    }

    /** So many failures in so short a time are one that stays. */
    static final int TOO_MANY = 5;

    static final Duration SHORT_TIME = Duration.ofMinutes(5);

    private final Clock clock;
    private final Deque<Instant> recent = new ArrayDeque<>();

    FailurePolicy(Clock clock) {
        this.clock = clock;
    }

    synchronized Reaction react(Throwable failure) {
        Instant now = clock.instant();
        recent.removeIf(at -> at.isBefore(now.minus(SHORT_TIME)));
        recent.add(now);
        boolean stays = recent.size() >= TOO_MANY || causes(failure).anyMatch(FailurePolicy::isForPeople);
        return stays ? Reaction.GIVE_UP : Reaction.TRY_AGAIN;
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }

    /** Rights, topics and versions do not mend themselves, and after an Error this process is not to be trusted. */
    private static boolean isForPeople(Throwable cause) {
        return cause instanceof Error
                || cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof MissingSourceTopicException
                || cause instanceof UnsupportedVersionException;
    }
}
