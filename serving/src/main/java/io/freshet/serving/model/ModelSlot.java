package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import io.micrometer.core.instrument.Timer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one model: the version that is wanted, the one in service, the one before it, and all that are on
 * their way in or out. Only the loader's thread changes it, but for {@link #want}.
 */
final class ModelSlot {

    /** @param seen running since the announcement was read */
    record Wanted(ModelAnnouncement announcement, Timer.Sample seen) {}

    private final ServedModel served;
    private final AtomicReference<@Nullable Wanted> wanted = new AtomicReference<>();

    /** The few that have not come to their end, and the last that was refused; read by any thread. */
    private final List<Servable> servables = new CopyOnWriteArrayList<>();

    private Optional<Servable> inService = Optional.empty();
    private Optional<Servable> before = Optional.empty();

    ModelSlot(String name) {
        this.served = new ServedModel(name);
    }

    ServedModel served() {
        return served;
    }

    /** Only the newest counts. Any thread. */
    void want(Wanted newest) {
        wanted.set(newest);
    }

    /** What is wanted and was not taken before. */
    Optional<Wanted> takeWanted() {
        return Optional.ofNullable(wanted.getAndSet(null));
    }

    boolean hasNewer() {
        return wanted.get() != null;
    }

    /** Whether these very files are in service. */
    boolean serves(ModelAnnouncement announcement) {
        return inService
                .map(Servable::announcement)
                .filter(current -> current.model().equals(announcement.model())
                        && current.manifestSha256().equals(announcement.manifestSha256()))
                .isPresent();
    }

    /** Begins a version's way. */
    Servable begin(ModelAnnouncement announcement) {
        Servable servable = new Servable(announcement);
        // The word on a refused version stands until there is another to talk of.
        servables.removeIf(known -> known.state().isLast());
        servables.add(servable);
        return servable;
    }

    /** Batches that begin from now on run on that model. */
    void putInService(Servable servable, ServableModel model) {
        servable.advance(new ServableState.Serving());
        inService.ifPresent(current -> current.advance(new ServableState.Draining()));
        before = inService;
        inService = Optional.of(servable);
        served.replace(model);
    }

    /** No batch begins from now on. */
    void takeOutOfService() {
        inService.ifPresent(current -> current.advance(new ServableState.Draining()));
        inService = Optional.empty();
        served.replace(null);
    }

    /** Announcements whose bundles are in use, or would be on the way back. */
    Set<ModelAnnouncement> inUse() {
        Set<ModelAnnouncement> inUse = new HashSet<>();
        for (Servable servable : servables) {
            if (!servable.state().isLast()) {
                inUse.add(servable.announcement());
            }
        }
        before.map(Servable::announcement).ifPresent(inUse::add);
        return inUse;
    }

    /** Any thread. */
    List<VersionStatus> statuses() {
        return servables.stream()
                .map(servable -> new VersionStatus(servable.announcement().model(), servable.state()))
                .filter(status -> !(status.state() instanceof ServableState.Retired))
                .toList();
    }
}
