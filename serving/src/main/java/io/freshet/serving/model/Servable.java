package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An announced version and its {@link ServableState}. Thread safe. */
final class Servable {

    private static final Logger LOG = LoggerFactory.getLogger(Servable.class);

    private final ModelAnnouncement announcement;
    private ServableState state = new ServableState.Announced();

    Servable(ModelAnnouncement announcement) {
        this.announcement = announcement;
    }

    ModelAnnouncement announcement() {
        return announcement;
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
        LOG.debug("{} is {}", announcement.model(), next);
    }
}
