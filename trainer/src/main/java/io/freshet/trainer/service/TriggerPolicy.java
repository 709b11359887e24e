package io.freshet.trainer.service;

import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Decides whether a round begins now, and from when on its images count. Pure. */
public final class TriggerPolicy {

    private final TriggerConfig config;

    /**
     * A round shall begin.
     *
     * @param since images from before this moment are left out; empty for none
     */
    public record Start(Trigger trigger, String detail, Optional<Instant> since) {}

    /**
     * How things stand.
     *
     * @param hasModel whether a model is in service, or announced
     * @param pending requests that no round has answered yet, oldest first
     * @param lastEnd when the last round ended
     * @param newImages since the last round's snapshot
     */
    public record Situation(
            Instant now,
            boolean hasModel,
            List<RoundMessage.Request> pending,
            Optional<Instant> lastEnd,
            long newImages) {}

    public TriggerPolicy(TriggerConfig config) {
        this.config = config;
    }

    /** @param imagesSince how many images there are from a moment on; empty means all there are */
    public Optional<Start> decide(Situation situation, Function<Optional<Instant>, Long> imagesSince) {
        if (!situation.hasModel()) {
            return Optional.of(new Start(Trigger.INITIAL, "there is no model yet", Optional.empty()));
        }
        return byHand(situation)
                .or(() -> drift(situation, imagesSince))
                .or(() -> images(situation))
                .or(() -> schedule(situation));
    }

    private static Optional<Start> byHand(Situation situation) {
        return situation.pending().stream()
                .filter(request -> request.trigger() == Trigger.MANUAL)
                .findFirst()
                .map(request -> new Start(Trigger.MANUAL, request.detail(), request.since()));
    }

    /** The latest alarm counts: it knows best since when the traffic is as it is. */
    private Optional<Start> drift(Situation situation, Function<Optional<Instant>, Long> imagesSince) {
        if (!config.drift()) {
            return Optional.empty();
        }
        return situation.pending().stream()
                .filter(request -> request.trigger() == Trigger.DRIFT)
                .reduce((earlier, later) -> later)
                .filter(request -> imagesSince.apply(request.since()) >= config.minImages())
                .map(request -> new Start(Trigger.DRIFT, request.detail(), request.since()));
    }

    private Optional<Start> images(Situation situation) {
        return config.images()
                .filter(wanted -> situation.newImages() >= Math.max(wanted, config.minImages()))
                .map(wanted -> new Start(
                        Trigger.IMAGES, situation.newImages() + " new offsets of unlabeled images", Optional.empty()));
    }

    private Optional<Start> schedule(Situation situation) {
        if (situation.newImages() < config.minImages()) {
            return Optional.empty();
        }
        return config.schedule()
                .flatMap(time -> situation
                        .lastEnd()
                        .filter(end -> !end.plus(time).isAfter(situation.now()))
                        .map(end -> new Start(
                                Trigger.SCHEDULE,
                                "the last round ended "
                                        + Duration.between(end, situation.now()).toMinutes() + " minutes ago",
                                Optional.empty())));
    }
}
