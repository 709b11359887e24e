package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ServingPolicy;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.rollout.RolloutConfig;
import io.freshet.serving.rollout.Stage;
import io.freshet.serving.rollout.Trial;
import io.freshet.serving.rollout.Verdict;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What is known of one model: the last word on it, its lineup, and all versions on their way in or out. Thread safe: the
 * loader loads outside of the slot's lock, and changes the lineup under it, as does whoever watches the trial.
 */
final class ModelSlot {

    /** A version in the lineup, or ready to be. */
    record Loaded(Servable servable, ServableModel model) {}

    /** What came of looking at the trial. */
    sealed interface TrialEnd {

        record Promoted(Servable servable) implements TrialEnd {}

        /**
         * @param inService what serves in its place
         * @param wanted whether the version was the one announced last, so that others must be told
         */
        record Withdrawn(Servable servable, ModelAnnouncement inService, String why, boolean wanted)
                implements TrialEnd {}
    }

    private final ServedModel served;
    private final RolloutConfig rollout;
    private final Tracing tracing;

    /** The few that have not come to their end, and the last that was refused or withdrawn; read by any thread. */
    private final List<Servable> servables = new CopyOnWriteArrayList<>();

    /** Those of the lineup. */
    private final List<Loaded> loaded = new ArrayList<>();

    private final Set<String> withdrawnManifests = new HashSet<>();
    private Optional<ModelAnnouncement> announced = Optional.empty();
    private Optional<ServingPolicy> policy = Optional.empty();
    private Optional<Timer.Sample> seen = Optional.empty();
    private Optional<ModelAnnouncement> before = Optional.empty();
    private boolean unloaded;

    ModelSlot(String name, RolloutConfig rollout, Tracing tracing) {
        this.served = new ServedModel(name);
        this.rollout = rollout;
        this.tracing = tracing;
    }

    ServedModel served() {
        return served;
    }

    /**
     * Only the newest announcement counts.
     *
     * @return what should be announced again: a newer version than the one that was withdrawn meanwhile by a replica that
     *     had not read of it yet. Else the last record would be on the withdrawal, and the newer version forgotten
     */
    synchronized Optional<ModelAnnouncement> announce(ModelAnnouncement newest, Timer.Sample sample) {
        if (announced.isPresent() && isStale(newest, announced.get())) {
            return announced;
        }
        announced = Optional.of(newest);
        seen = Optional.of(sample);
        // Announced anew, by a person, it gets another chance.
        withdrawnManifests.remove(newest.manifestSha256());
        return Optional.empty();
    }

    private static boolean isStale(ModelAnnouncement newest, ModelAnnouncement current) {
        return newest.withdrawn()
                        .filter(withdrawn ->
                                withdrawn.version() < current.model().version())
                        .isPresent()
                && !current.isSameBundleAs(newest);
    }

    synchronized void setPolicy(ServingPolicy newest, Timer.Sample sample) {
        policy = Optional.of(newest);
        seen = Optional.of(sample);
    }

    synchronized void setUnloaded(boolean unloaded) {
        this.unloaded = unloaded;
    }

    synchronized boolean isUnloaded() {
        return unloaded;
    }

    /** What is to be done now; a later call may say otherwise. */
    synchronized Plan plan() {
        if (unloaded) {
            return new Plan.Nothing();
        }
        boolean withdrawn = announced
                .filter(a -> withdrawnManifests.contains(a.manifestSha256()))
                .isPresent();
        // What is in service already, under whatever reason it was announced, is not tried again.
        boolean other = inService()
                .filter(current -> announced.filter(current::isSameBundleAs).isEmpty())
                .isPresent();
        return Plan.of(announced, policy, withdrawn, !rollout.skipsTrials(), other);
    }

    private Optional<ModelAnnouncement> inService() {
        return served.lineup()
                .inService()
                .flatMap(this::find)
                .map(found -> found.servable().announcement());
    }

    private Optional<Loaded> find(ServableModel model) {
        return loaded.stream().filter(entry -> entry.model() == model).findFirst();
    }

    private Optional<Loaded> find(ModelAnnouncement bundle) {
        return loaded.stream()
                .filter(entry -> entry.servable().announcement().isSameBundleAs(bundle))
                .findFirst();
    }

    synchronized boolean isLoaded(ModelAnnouncement bundle) {
        return find(bundle).isPresent();
    }

    /** Begins a version's way, or goes on with one that could not be fetched yet. */
    synchronized Servable begin(ModelAnnouncement announcement, Timer.Sample now) {
        Optional<Servable> waiting = waiting().stream()
                .filter(servable -> servable.announcement().isSameBundleAs(announcement))
                .findFirst();
        if (waiting.isPresent()) {
            return waiting.get();
        }
        // The word on a version that came to nothing stands until there is another to talk of.
        servables.removeIf(known -> known.state().isLast());
        Servable servable = new Servable(announcement, seen.orElse(now), tracing);
        servables.add(servable);
        return servable;
    }

    private List<Servable> waiting() {
        return servables.stream()
                .filter(servable -> servable.state() instanceof ServableState.Announced)
                .toList();
    }

    /** Gives up what waits for its bundle and is wanted no more. */
    synchronized void giveUpAllBut(List<ModelAnnouncement> wanted) {
        waiting().stream()
                .filter(servable -> wanted.stream().noneMatch(servable.announcement()::isSameBundleAs))
                .forEach(servable ->
                        servable.advance(new ServableState.Refused("Another version was announced after it")));
    }

    /** Takes a loaded version that {@link #serve} or {@link #tryOut} may call for. */
    synchronized void add(Loaded entry) {
        loaded.add(entry);
    }

    /**
     * Serves what is loaded of these, and nothing else; if none is, what is there stays.
     *
     * @return the versions that have come into service
     */
    synchronized List<Servable> serve(Plan.Serve plan) {
        List<Loaded> entries =
                plan.bundles().stream().flatMap(bundle -> find(bundle).stream()).toList();
        if (entries.isEmpty()) {
            boolean idle = served.lineup().inService().isEmpty() && !loaded.isEmpty();
            return idle ? serveOvertaken() : List.of();
        }
        List<ServableModel> models = entries.stream().map(Loaded::model).toList();
        List<Servable> come = entries.stream()
                .map(Loaded::servable)
                .filter(servable -> !(servable.state() instanceof ServableState.Serving))
                .toList();
        come.forEach(servable -> servable.advance(new ServableState.Serving()));
        replace(
                new Lineup(
                        Optional.of(models.getFirst()),
                        Optional.empty(),
                        models.subList(1, models.size()),
                        plan.labels()),
                announced.flatMap(ModelAnnouncement::withdrawn).map(ModelAnnouncement.Withdrawn::why));
        return come;
    }

    /**
     * What was announced is refused, and a version is there that it overtook while that was loading, as after a restart:
     * the one that served before it.
     */
    private List<Servable> serveOvertaken() {
        ModelAnnouncement overtaken = loaded.getLast().servable().announcement();
        return serve(new Plan.Serve(List.of(overtaken), Map.of()));
    }

    /** Tries a loaded version beside the one in service. */
    synchronized void tryOut(ModelAnnouncement bundle) {
        Optional<Loaded> entry = find(bundle);
        Lineup now = served.lineup();
        boolean onTrial = entry.isPresent()
                && now.candidate()
                        .filter(candidate -> candidate.model() == entry.get().model())
                        .isPresent();
        if (entry.isEmpty() || onTrial || now.inService().isEmpty()) {
            return;
        }
        Trial trial = new Trial(bundle.model().version(), rollout, System::nanoTime);
        entry.get().servable().advance(ServableState.of(trial.stage()));
        replace(
                new Lineup(
                        now.inService(), Optional.of(new Candidate(entry.get().model(), trial)), List.of(), Map.of()),
                Optional.empty());
    }

    /** Takes the trial a step on, if it is time. */
    synchronized Optional<TrialEnd> watchTrial() {
        Optional<Candidate> candidate = served.lineup().candidate();
        if (candidate.isEmpty()) {
            return Optional.empty();
        }
        Loaded entry = find(candidate.get().model()).orElseThrow();
        return switch (candidate.get().trial().verdict()) {
            case Verdict.Wait wait -> Optional.empty();
            case Verdict.Advance advance -> advance(entry, candidate.get().trial());
            case Verdict.Withdraw withdraw -> Optional.of(withdraw(entry, withdraw.why()));
        };
    }

    private Optional<TrialEnd> advance(Loaded entry, Trial trial) {
        Optional<Stage> next = trial.advance();
        if (next.isPresent()) {
            entry.servable().advance(ServableState.of(next.get()));
            return Optional.empty();
        }
        entry.servable().advance(new ServableState.Serving());
        replace(Lineup.of(entry.model()), Optional.empty());
        return Optional.of(new TrialEnd.Promoted(entry.servable()));
    }

    private TrialEnd withdraw(Loaded entry, String why) {
        ModelAnnouncement stays = inService().orElseThrow();
        ModelAnnouncement leaves = entry.servable().announcement();
        boolean wanted = announced.filter(leaves::isSameBundleAs).isPresent();
        withdrawnManifests.add(leaves.manifestSha256());
        replace(Lineup.of(served.lineup().inService().orElseThrow()), Optional.of(why));
        return new TrialEnd.Withdrawn(entry.servable(), stays, why, wanted);
    }

    /** No batch begins from now on. */
    synchronized void takeOutOfService() {
        replace(Lineup.EMPTY, Optional.empty());
    }

    /** @param fault of what leaves the lineup */
    private void replace(Lineup next, Optional<String> fault) {
        Optional<ModelAnnouncement> current = inService();
        List<Loaded> leaving = loaded.stream()
                .filter(entry -> !next.versions().contains(entry.model()))
                .toList();
        leaving.forEach(entry -> entry.servable().advance(new ServableState.Draining(fault)));
        served.replace(next);
        // One that was loaded for nothing was never in a lineup that could retire it.
        leaving.forEach(entry -> entry.model().retire());
        loaded.removeAll(leaving);
        if (current.isPresent()
                && inService().filter(current.get()::isSameBundleAs).isEmpty()) {
            before = current;
        }
    }

    /** Announcements whose bundles are in use, or would be on the way back. */
    synchronized Set<ModelAnnouncement> inUse() {
        Set<ModelAnnouncement> inUse = new HashSet<>();
        for (Servable servable : servables) {
            if (!servable.state().isLast()) {
                inUse.add(servable.announcement());
            }
        }
        before.ifPresent(inUse::add);
        return inUse;
    }

    /** What is in service, to be found again after a restart. */
    synchronized Optional<ModelAnnouncement> lastGood() {
        return inService();
    }

    /** Any thread. */
    List<VersionStatus> statuses() {
        return servables.stream()
                .map(servable -> new VersionStatus(servable.announcement().model(), servable.state()))
                .filter(status -> !(status.state() instanceof ServableState.Retired retired
                        && retired.fault().isEmpty()))
                .toList();
    }
}
