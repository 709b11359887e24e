package io.freshet.trainer.service;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Failed;
import io.freshet.protocol.round.RoundStep.Promoted;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.registry.ModelRegistry;
import io.freshet.trainer.round.Round;
import io.freshet.trainer.round.RoundRunner;
import io.freshet.trainer.round.StepLog;
import io.freshet.trainer.service.TriggerPolicy.Situation;
import io.freshet.trainer.service.TriggerPolicy.Start;
import io.freshet.trainer.stream.RoundJournal.FencedException;
import io.freshet.trainer.stream.TopicTail;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a model's rounds one after another. What has been done is what {@code freshet.rounds} says, so a loop that is
 * started again goes on where the last one stopped. For one thread at a time.
 */
final class RoundLoop {

    private static final Logger LOG = LoggerFactory.getLogger(RoundLoop.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration LOOK_AT_END_AGAIN = Duration.ofMillis(20);
    private static final int MOST_LOOKS = 500;
    private static final Duration AFTER_KAFKA_FAULT = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILED_ROUND = Duration.ofMinutes(1);
    private static final DateTimeFormatter ROUND_ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final String model;
    private final TopicTail rounds;
    private final ModelRegistry registry;
    private final Snapshots snapshots;
    private final TriggerPolicy policy;
    private final RoundRunner runner;
    private final StepLog log;
    private final Consumer<RoundMessage.Event> audience;
    private final long firstSeed;
    private final Clock clock;
    private RoundHistory history = RoundHistory.EMPTY;
    private String lastEnded = "";

    /** @param audience told of each step of the model's rounds, from the first one on that the topic still has */
    RoundLoop(
            String model,
            TopicTail rounds,
            ModelRegistry registry,
            Snapshots snapshots,
            TriggerPolicy policy,
            RoundRunner runner,
            StepLog log,
            Consumer<RoundMessage.Event> audience,
            long firstSeed,
            Clock clock) {
        this.model = model;
        this.rounds = rounds;
        this.registry = registry;
        this.snapshots = snapshots;
        this.policy = policy;
        this.runner = runner;
        this.log = log;
        this.audience = audience;
        this.firstSeed = firstSeed;
        this.clock = clock;
    }

    /**
     * Runs until the thread is interrupted.
     *
     * @throws InterruptedException when it is
     * @throws FencedException if another trainer has taken over
     */
    void run() throws InterruptedException {
        while (true) {
            Duration pause;
            try {
                pause = step();
            } catch (InterruptException e) {
                Thread.interrupted(); // Kafka has set the flag again; the exception says it from here on
                throw new InterruptedException(e.getMessage());
            } catch (KafkaException e) {
                LOG.warn("Kafka does not answer as it should; trying again in {}", AFTER_KAFKA_FAULT, e);
                pause = AFTER_KAFKA_FAULT;
            }
            Thread.sleep(pause);
        }
    }

    /**
     * Goes on with the round under way, or begins one if it is time, and takes it to its end.
     *
     * @return how long to wait before the next
     */
    private Duration step() throws InterruptedException {
        catchUp();
        Optional<Round> round = history.unfinished();
        if (round.isPresent()) {
            LOG.info(
                    "Going on with round {} after '{}'",
                    round.get().id(),
                    name(round.get().reached()));
        } else {
            round = begin();
        }
        return round.isPresent() ? finish(round.get()) : LOOK_AGAIN;
    }

    /** Begins a round by hand, runs it to its end, and returns its last step; goes on with one under way instead. */
    RoundStep runOne(String detail) throws InterruptedException {
        catchUp();
        Round round = history.unfinished().isPresent()
                ? history.unfinished().get()
                : begin(new Start(
                        registry.current().isPresent() ? Trigger.MANUAL : Trigger.INITIAL, detail, Optional.empty()));
        return run(round);
    }

    private void catchUp() throws InterruptedException {
        rounds.read(record -> {
            RoundMessage message = Codecs.ROUND_MESSAGE.decode(record.value());
            if (message.model().equals(model)) {
                history = history.with(message);
                if (message instanceof RoundMessage.Event event) {
                    audience.accept(event);
                    if (event.step().isLast()) {
                        lastEnded = event.roundId();
                    }
                }
            }
        });
    }

    private Optional<Round> begin() throws InterruptedException {
        Situation situation = new Situation(
                clock.instant(),
                registry.current().isPresent(),
                history.pending(),
                history.lastEnd(),
                snapshots.imagesAfter(history.lastSnapshot()));
        Optional<Start> start = policy.decide(situation, snapshots::imagesSince);
        return start.isPresent() ? Optional.of(begin(start.get())) : Optional.empty();
    }

    private Round begin(Start start) throws InterruptedException {
        Optional<ModelVersion> champion = registry.current().map(ModelAnnouncement::model);
        Snapshotted snapshot = snapshots.take(start, champion, firstSeed + history.rounds());
        Round round = new Round(ROUND_ID.format(clock.instant()), snapshot, snapshot);
        LOG.info(
                "Round {} begins ({}: {})",
                round.id(),
                start.trigger().name().toLowerCase(Locale.ROOT),
                start.detail());
        log.record(round.id(), snapshot);
        return round;
    }

    private Duration finish(Round round) throws InterruptedException {
        return run(round) instanceof Failed ? AFTER_FAILED_ROUND : Duration.ZERO;
    }

    /** A round that its own work has stopped has failed; one that Kafka has stopped will go on. */
    private RoundStep run(Round round) throws InterruptedException {
        RoundStep last = runToEnd(round);
        awaitEnd(round, last);
        return last;
    }

    /**
     * Kafka has taken the end when its transaction is committed, and shows it a little later: until then the round would
     * seem to be under way still, and the model that it has made not to be there.
     */
    private void awaitEnd(Round round, RoundStep last) throws InterruptedException {
        while (!lastEnded.equals(round.id())) {
            Thread.sleep(LOOK_AT_END_AGAIN);
            catchUp();
        }
        for (int i = 0; i < MOST_LOOKS && last instanceof Promoted && !hasMovedOn(round); i++) {
            Thread.sleep(LOOK_AT_END_AGAIN);
        }
    }

    private boolean hasMovedOn(Round round) throws InterruptedException {
        return !registry.current()
                .map(ModelAnnouncement::model)
                .equals(round.snapshot().champion());
    }

    private RoundStep runToEnd(Round round) throws InterruptedException {
        try {
            RoundStep last = runner.run(round);
            LOG.info("Round {} is over: {}", round.id(), last);
            return last;
        } catch (KafkaException | FencedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.error("Round {} has failed", round.id(), e);
            Failed failed = new Failed(e.getMessage() == null ? e.toString() : e.getMessage());
            log.record(round.id(), failed);
            return failed;
        }
    }

    private static String name(RoundStep step) {
        return step.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
