package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.tracing.Tracing;
import io.micrometer.core.instrument.Timer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An announced version and its {@link ServableState}. Thread safe. */
final class Servable {

    private static final Logger LOG = LoggerFactory.getLogger(Servable.class);

    private final ModelAnnouncement announcement;
    private final Timer.Sample seen;
    private final SwapSpan span;
    private ServableState state = new ServableState.Announced();

    /** @param seen running since the announcement was read */
    Servable(ModelAnnouncement announcement, Timer.Sample seen, Tracing tracing) {
        this.announcement = announcement;
        this.seen = seen;
        this.span = SwapSpan.begin(tracing, announcement);
    }

    ModelAnnouncement announcement() {
        return announcement;
    }

    Timer.Sample seen() {
        return seen;
    }

    synchronized ServableState state() {
        return state;
    }

    /** @throws IllegalStateException if that would be a step back */
    synchronized void advance(ServableState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(announcement.model() + " cannot go from " + state + " to " + next);
        }
        state = next;
        span.advance(next);
        LOG.debug("{} is {}", announcement.model(), next);
    }

    /** The version is closed. */
    synchronized void retire() {
        Optional<String> fault = state instanceof ServableState.Draining draining ? draining.fault() : Optional.empty();
        advance(new ServableState.Retired(fault));
    }
}
