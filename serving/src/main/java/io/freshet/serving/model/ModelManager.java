package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.TrustedKeys;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in service, for each model, the version announced last. Versions are prepared one after another on a thread of
 * their own while the ones before them serve; of several announced meanwhile only the newest is. A version that is
 * refused, or whose bundle cannot be had, leaves what serves where it is.
 *
 * <p>Thread safe. The caller closes it, after the last request.
 */
public final class ModelManager implements AutoCloseable {

    /** What there is by a name. */
    public sealed interface Lookup {

        record InService(ServedModel model) implements Lookup {}

        /** It is configured, or announced, or nothing is known yet; and serves as soon as it can. */
        record NotYet() implements Lookup {}

        /** @param others that are in service */
        record Unknown(List<String> others) implements Lookup {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(ModelManager.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Set<String> followed;
    private final Preparation preparation;
    private final ModelCache cache;
    private final Backoff backoff;
    private final MeterRegistry registry;
    private final SwapMetrics metrics;
    private final Map<String, ModelSlot> slots = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor loader;

    /**
     * @param followed names of the models to serve; none for all that are announced
     * @param trusted keys with which bundles must be signed, if there are any
     * @param cache for this manager alone, not closed by it
     * @param backoff between tries to fetch a bundle
     */
    public ModelManager(
            Set<String> followed,
            ModelStore store,
            TrustedKeys trusted,
            ModelCache cache,
            NetworkLoader networks,
            Backoff backoff,
            MeterRegistry registry) {
        this.followed = Set.copyOf(followed);
        this.preparation = new Preparation(store, trusted, cache, networks);
        this.cache = cache;
        this.backoff = backoff;
        this.registry = registry;
        this.metrics = new SwapMetrics(registry);
        this.loader = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("freshet-loader").daemon().factory());
        loader.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // What comes after the close has nobody to come to: the tidying behind a model that closes last.
        loader.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Takes note that a version shall be in service from now on, and returns at once. */
    public void announce(ModelAnnouncement announcement) {
        String name = announcement.model().model();
        if (!followed.isEmpty() && !followed.contains(name)) {
            return;
        }
        ModelSlot slot = slots.computeIfAbsent(name, this::newSlot);
        slot.want(new ModelSlot.Wanted(announcement, Timer.start(registry)));
        loader.execute(() -> load(slot));
    }

    private ModelSlot newSlot(String name) {
        ModelSlot slot = new ModelSlot(name);
        metrics.show(slot.served());
        return slot;
    }

    private void load(ModelSlot slot) {
        Optional<ModelSlot.Wanted> wanted = slot.takeWanted();
        if (wanted.isPresent() && !slot.serves(wanted.get().announcement())) {
            Servable servable = slot.begin(wanted.get().announcement());
            attempt(slot, servable, wanted.get().seen(), 0);
        }
    }

    /** @param failures so far, for want of the bundle */
    private void attempt(ModelSlot slot, Servable servable, Timer.Sample seen, int failures) {
        if (slot.hasNewer()) {
            servable.advance(new ServableState.Refused("Another version was announced after it"));
            return;
        }
        try {
            switch (preparation.prepare(servable, slot.served().descriptor())) {
                case Preparation.Result.Ready ready -> putInService(slot, servable, ready, seen);
                case Preparation.Result.Refused refused -> refuse(slot, servable, refused.reason());
                case Preparation.Result.StoreAway away -> retry(slot, servable, seen, failures + 1, away.cause());
            }
        } catch (RuntimeException | Error e) {
            // Whatever a model runs into, the next one must find the loader at work.
            metrics.failed();
            LOG.error("{} could not be loaded", servable.announcement().model(), e);
            servable.advance(new ServableState.Refused("It could not be loaded: " + e));
        }
        tidy(slot);
    }

    private void putInService(ModelSlot slot, Servable servable, Preparation.Result.Ready ready, Timer.Sample seen) {
        metrics.opened();
        ServableModel model = new ServableModel(ready.descriptor(), ready.network(), () -> {
            metrics.closed();
            servable.advance(new ServableState.Retired());
            loader.execute(() -> tidy(slot));
        });
        slot.putInService(servable, model);
        metrics.served(seen);
        LOG.info("{} is in service", servable.announcement().model());
    }

    private void refuse(ModelSlot slot, Servable servable, String reason) {
        servable.advance(new ServableState.Refused(reason));
        metrics.refused();
        LOG.warn("{} is refused, {}: {}", servable.announcement().model(), whatStays(slot), reason);
    }

    private void retry(ModelSlot slot, Servable servable, Timer.Sample seen, int failures, IOException cause) {
        if (failures == 1) {
            metrics.failed();
            LOG.warn(
                    "{} cannot be fetched yet, {}: {}",
                    servable.announcement().model(),
                    whatStays(slot),
                    cause.toString());
        }
        ScheduledFuture<?> unused = loader.schedule( // an attempt sees to its own failures
                () -> attempt(slot, servable, seen, failures),
                backoff.after(failures).toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static String whatStays(ModelSlot slot) {
        return slot.served()
                .descriptor()
                .map(current -> current.modelVersion() + " stays in service")
                .orElse("and none is in service");
    }

    private void tidy(ModelSlot slot) {
        try {
            cache.keepOnly(slot.served().name(), slot.inUse());
        } catch (IOException e) {
            LOG.warn("Old bundles of {} stay in the cache: {}", slot.served().name(), e.toString());
        }
    }

    /** Looks a model up by its name. */
    public Lookup find(String name) {
        ModelSlot slot = slots.get(name);
        if (slot != null && slot.served().descriptor().isPresent()) {
            return new Lookup.InService(slot.served());
        }
        List<String> inService = inService();
        boolean nothingKnown = followed.isEmpty() && inService.isEmpty();
        return slot != null || followed.contains(name) || nothingKnown
                ? new Lookup.NotYet()
                : new Lookup.Unknown(inService);
    }

    /** The names of the models in service. */
    public List<String> inService() {
        return slots.values().stream()
                .filter(slot -> slot.served().descriptor().isPresent())
                .map(slot -> slot.served().name())
                .sorted()
                .toList();
    }

    /** Whether each configured model serves, or any if none is configured. */
    public boolean isReady() {
        List<String> inService = inService();
        return followed.isEmpty() ? !inService.isEmpty() : inService.containsAll(followed);
    }

    /** The versions of a model that are on their way in or out, in service, or were refused last. */
    public List<VersionStatus> statuses(String name) {
        ModelSlot slot = slots.get(name);
        return slot == null ? List.of() : slot.statuses();
    }

    /** Lets a load under way come to its end, then takes all models out of service; each closes with its last lease. */
    @Override
    public void close() {
        loader.shutdown();
        try {
            if (!loader.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A model was still loading {} after the close began", CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        slots.values().forEach(ModelSlot::takeOutOfService);
    }
}
