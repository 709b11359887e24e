package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ServingPolicy;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.batch.BatchMetrics;
import io.freshet.serving.batch.BatchThreads;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.rollout.RolloutConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in service, for each model, what was announced last or what its policy pins. Versions are prepared one after
 * another on a thread of their own while the ones before them serve; of several announced meanwhile only the newest is.
 * A promoted version is tried beside the one in service before it takes its place, and is withdrawn, for all replicas,
 * if it does not hold up. A version that is refused, or whose bundle cannot be had, leaves what serves where it is.
 *
 * <p>Thread safe. The caller closes it, after the last request.
 */
public final class ModelManager implements Repository, AutoCloseable {

    /** What there is by a name. */
    public sealed interface Lookup {

        record InService(ServedModel model) implements Lookup {}

        /** It is configured, or announced, or nothing is known yet; and serves as soon as it can. */
        record NotYet() implements Lookup {}

        /** @param others that are in service */
        record Unknown(List<String> others) implements Lookup {}
    }

    /**
     * How models are put into service.
     *
     * @param backoff between tries to fetch a bundle
     */
    public record Settings(BatchingConfig batching, RolloutConfig rollout, Backoff backoff) {}

    private static final Logger LOG = LoggerFactory.getLogger(ModelManager.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration TRIAL_TICK = Duration.ofMillis(100);

    private final Set<String> followed;
    private final Settings settings;
    private final Preparation preparation;
    private final ModelCache cache;
    private final AnnouncementPublisher publisher;
    private final Clock clock;
    private final MeterRegistry registry;
    private final SwapMetrics metrics;
    private final Tracing tracing;
    private final ServableModel.Surroundings surroundings;
    private final Map<String, ModelSlot> slots = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor loader = scheduler("freshet-loader");
    private final ScheduledThreadPoolExecutor trials = scheduler("freshet-trials");

    private final ExecutorService workers = BatchThreads.open();

    /** The versions that are not closed yet. */
    private final Map<Servable, CompletableFuture<Void>> open = new ConcurrentHashMap<>();

    /**
     * @param followed names of the models to serve; none for all that are announced
     * @param trusted keys with which bundles must be signed, if there are any
     * @param cache for this manager alone, not closed by it
     * @param publisher told of versions that were withdrawn
     */
    public ModelManager(
            Set<String> followed,
            Settings settings,
            ModelStore store,
            TrustedKeys trusted,
            ModelCache cache,
            NetworkLoader networks,
            AnnouncementPublisher publisher,
            Clock clock,
            MeterRegistry registry,
            Tracing tracing) {
        this.followed = Set.copyOf(followed);
        this.settings = settings;
        this.preparation = new Preparation(store, trusted, cache, networks);
        this.cache = cache;
        this.publisher = publisher;
        this.clock = clock;
        this.registry = registry;
        this.metrics = new SwapMetrics(registry);
        this.tracing = tracing;
        this.surroundings = new ServableModel.Surroundings(
                settings.batching(), new BatchMetrics(registry), workers, ModelManager::startClosing);
        ScheduledFuture<?> unused = trials.scheduleWithFixedDelay(
                this::watchTrials, TRIAL_TICK.toMillis(), TRIAL_TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void startClosing(Runnable close) {
        Thread.ofPlatform().name("freshet-closer").daemon().start(close);
    }

    private static ScheduledThreadPoolExecutor scheduler(String name) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name(name).daemon().factory());
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // What comes after the close has nobody to come to: the tidying behind a model that closes last.
        scheduler.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return scheduler;
    }

    /**
     * Puts into service what was in service when the cache was used last, for a start without Kafka; the first
     * announcements say whether it stays.
     *
     * @return how many models that were
     * @throws IOException if the cache cannot be read
     */
    public int restore() throws IOException {
        List<ModelAnnouncement> remembered = cache.remembered();
        remembered.forEach(this::announce);
        return remembered.size();
    }

    /** Takes note that a version shall be in service from now on, and returns at once. */
    public void announce(ModelAnnouncement announcement) {
        slot(announcement.model().model()).ifPresent(slot -> {
            Optional<ModelAnnouncement> newer = slot.announce(announcement, Timer.start(registry));
            newer.ifPresent(publisher::publish);
            reconcileSoon(slot);
        });
    }

    /** Takes note of which versions of a model shall be in service from now on, and returns at once. */
    public void setPolicy(ServingPolicy policy) {
        slot(policy.model()).ifPresent(slot -> {
            slot.setPolicy(policy, Timer.start(registry));
            reconcileSoon(slot);
        });
    }

    private Optional<ModelSlot> slot(String name) {
        return followed.isEmpty() || followed.contains(name)
                ? Optional.of(slots.computeIfAbsent(name, this::newSlot))
                : Optional.empty();
    }

    private ModelSlot newSlot(String name) {
        ModelSlot slot = new ModelSlot(name, settings.rollout(), tracing);
        metrics.show(slot.served());
        return slot;
    }

    private void reconcileSoon(ModelSlot slot) {
        loader.execute(() -> turn(slot, 0));
    }

    private void turn(ModelSlot slot, int failures) {
        try {
            reconcile(slot, failures);
        } catch (RuntimeException | Error e) {
            // Whatever a model runs into, the next one must find the loader at work.
            LOG.error("{} stays as it is", slot.served().name(), e);
        }
    }

    /**
     * Takes a model from what it serves to what it shall serve.
     *
     * @param failures so far, for want of a bundle
     */
    private void reconcile(ModelSlot slot, int failures) {
        Plan plan = slot.plan();
        switch (plan) {
            case Plan.Nothing nothing -> slot.takeOutOfService();
            case Plan.Keep keep -> {}
            case Plan.Try attempt -> {
                if (load(slot, plan, List.of(attempt.bundle()), failures)) {
                    slot.tryOut(attempt.bundle());
                }
            }
            case Plan.Serve serve -> {
                if (load(slot, plan, serve.bundles(), failures)) {
                    slot.serve(serve).forEach(servable -> served(slot, servable));
                }
            }
        }
        tidy(slot);
    }

    /** Whether all are loaded or refused, and are still wanted. */
    private boolean load(ModelSlot slot, Plan plan, List<ModelAnnouncement> bundles, int failures) {
        slot.giveUpAllBut(bundles);
        for (ModelAnnouncement bundle : bundles) {
            if (!slot.isLoaded(bundle) && !load(slot, bundle, failures)) {
                return false;
            }
            if (!slot.plan().equals(plan)) {
                return false; // whoever changed it has asked for another turn
            }
        }
        return true;
    }

    /** Whether the version is loaded or refused, and not just away. */
    private boolean load(ModelSlot slot, ModelAnnouncement bundle, int failures) {
        Servable servable = slot.begin(bundle, Timer.start(registry));
        try {
            switch (preparation.prepare(servable, slot.served().descriptor())) {
                case Preparation.Result.Ready ready -> add(slot, servable, ready);
                case Preparation.Result.Refused refused -> refuse(slot, servable, refused.reason());
                case Preparation.Result.StoreAway away -> {
                    retry(slot, servable, failures + 1, away.cause());
                    return false;
                }
            }
        } catch (RuntimeException | Error e) {
            metrics.failed();
            LOG.error("{} could not be loaded", bundle.model(), e);
            servable.advance(new ServableState.Refused("It could not be loaded: " + e));
        }
        return true;
    }

    private void add(ModelSlot slot, Servable servable, Preparation.Result.Ready ready) {
        metrics.opened();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        open.put(servable, closed);
        slot.add(new ModelSlot.Loaded(
                servable, new ServableModel(ready.descriptor(), ready.network(), surroundings, () -> {
                    metrics.closed();
                    servable.retire();
                    loader.execute(() -> tidy(slot));
                    open.remove(servable);
                    closed.complete(null);
                })));
    }

    private void refuse(ModelSlot slot, Servable servable, String reason) {
        servable.advance(new ServableState.Refused(reason));
        metrics.refused();
        LOG.warn("{} is refused, {}: {}", servable.announcement().model(), whatStays(slot), reason);
    }

    private void retry(ModelSlot slot, Servable servable, int failures, IOException cause) {
        if (failures == 1) {
            metrics.failed();
            LOG.warn(
                    "{} cannot be fetched yet, {}: {}",
                    servable.announcement().model(),
                    whatStays(slot),
                    cause.toString());
        }
        ScheduledFuture<?> unused = loader.schedule( // a turn sees to its own failures
                () -> turn(slot, failures), settings.backoff().after(failures).toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String whatStays(ModelSlot slot) {
        return slot.served()
                .descriptor()
                .map(current -> current.modelVersion() + " stays in service")
                .orElse("and none is in service");
    }

    private void served(ModelSlot slot, Servable servable) {
        metrics.served(servable.seen());
        LOG.info("{} is in service", servable.announcement().model());
        remember(slot);
    }

    private void watchTrials() {
        for (ModelSlot slot : slots.values()) {
            try {
                slot.watchTrial().ifPresent(end -> ended(slot, end));
            } catch (RuntimeException e) {
                LOG.error(
                        "The trial of a version of {} cannot be judged",
                        slot.served().name(),
                        e);
            }
        }
    }

    private void ended(ModelSlot slot, ModelSlot.TrialEnd end) {
        switch (end) {
            case ModelSlot.TrialEnd.Promoted promoted -> {
                served(slot, promoted.servable());
                loader.execute(() -> tidy(slot));
            }
            case ModelSlot.TrialEnd.Withdrawn withdrawn -> withdrawn(withdrawn);
        }
    }

    private void withdrawn(ModelSlot.TrialEnd.Withdrawn withdrawn) {
        ModelAnnouncement leaves = withdrawn.servable().announcement();
        ModelAnnouncement stays = withdrawn.inService();
        metrics.withdrawn();
        LOG.warn("{} is withdrawn, {} stays in service: {}", leaves.model(), stays.model(), withdrawn.why());
        if (withdrawn.wanted()) {
            publisher.publish(new ModelAnnouncement(
                    stays.model(),
                    stays.location(),
                    stays.manifestSha256(),
                    clock.instant(),
                    ModelAnnouncement.Reason.ROLLED_BACK,
                    stays.roundId(),
                    Optional.of(new ModelAnnouncement.Withdrawn(leaves.model().version(), withdrawn.why()))));
        }
    }

    private void remember(ModelSlot slot) {
        loader.execute(() -> slot.lastGood().ifPresent(inService -> {
            try {
                cache.remember(inService);
            } catch (IOException e) {
                LOG.warn("A start without Kafka would not find {}: {}", inService.model(), e.toString());
            }
        }));
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

    /** Whether each configured model serves, or any if none is configured; one that was unloaded by hand is not missed. */
    public boolean isReady() {
        List<String> inService = inService();
        return followed.isEmpty()
                ? !inService.isEmpty()
                : followed.stream().allMatch(name -> inService.contains(name) || isUnloaded(name));
    }

    private boolean isUnloaded(String name) {
        return Optional.ofNullable(slots.get(name))
                .filter(ModelSlot::isUnloaded)
                .isPresent();
    }

    /** The versions of a model that are on their way in or out, in service, or came to nothing last. */
    public List<VersionStatus> statuses(String name) {
        ModelSlot slot = slots.get(name);
        return slot == null ? List.of() : slot.statuses();
    }

    @Override
    public List<VersionStatus> index() {
        return slots.keySet().stream()
                .sorted()
                .flatMap(name -> statuses(name).stream())
                .toList();
    }

    @Override
    public CompletionStage<Outcome> load(String name) {
        return byHand(name, false).thenApply(outcome -> {
            boolean missing = outcome instanceof Outcome.Done && !(find(name) instanceof Lookup.InService);
            return missing ? new Outcome.Failed("'" + name + "' cannot be served yet: " + statuses(name)) : outcome;
        });
    }

    @Override
    public CompletionStage<Outcome> unload(String name) {
        return byHand(name, true);
    }

    private CompletionStage<Outcome> byHand(String name, boolean unloaded) {
        ModelSlot slot = slots.get(name);
        if (slot == null) {
            return CompletableFuture.completedFuture(new Outcome.Unknown());
        }
        slot.setUnloaded(unloaded);
        return CompletableFuture.runAsync(() -> reconcile(slot, 0), loader)
                .handle((done, fault) -> fault == null ? new Outcome.Done() : new Outcome.Failed(fault.toString()));
    }

    /** Lets a load under way come to its end, then takes all models out of service and waits a while for the last lease. */
    @Override
    public void close() {
        trials.shutdown();
        loader.shutdown();
        try {
            if (!loader.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A model was still loading {} after the close began", CLOSE_TIMEOUT);
            }
            slots.values().forEach(ModelSlot::takeOutOfService);
            CompletableFuture.allOf(open.values().toArray(CompletableFuture<?>[]::new))
                    .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("A model was still in use {} after the close began", CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            workers.shutdown();
        }
    }
}
