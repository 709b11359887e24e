package io.freshet.trainer.service;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Evaluated;
import io.freshet.protocol.round.RoundStep.Failed;
import io.freshet.protocol.round.RoundStep.Held;
import io.freshet.protocol.round.RoundStep.Labelled;
import io.freshet.protocol.round.RoundStep.Promoted;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.RoundStep.Trained;
import io.freshet.protocol.round.Score;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/**
 * What {@code freshet.rounds} says of a model, also of the time before this process: a trainer that is started again
 * shows what it showed before. Thread safe.
 *
 * <p>Versions are values, not labels, or each one would leave series behind.
 */
final class RoundMetrics {

    /** Of the intervals of error rates. */
    private static final double SIGNIFICANCE = .05;

    /** How rounds end. */
    private enum Result {
        PROMOTED,
        HELD,
        FAILED
    }

    private final Map<Result, Instant> ends = new EnumMap<>(Result.class);
    private Optional<Snapshotted> snapshot = Optional.empty();
    private Instant begun = Instant.EPOCH;
    private Optional<Evaluated> evaluated = Optional.empty();
    private Optional<Labelled> labelled = Optional.empty();
    private double stage;
    private double duration = Double.NaN;
    private double championVersion = Double.NaN;
    private Score championScore = new Score(0, 0, 0, 0);

    RoundMetrics(MeterRegistry registry, String model) {
        for (Result result : Result.values()) {
            gauge(model, "freshet.trainer.round.end.timestamp", rounds -> rounds.end(result))
                    .description("When the last round ended that ended so, in seconds since 1970; 0 for never")
                    .baseUnit("seconds")
                    .tag("result", result.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        gauge(model, "freshet.trainer.round.stage", rounds -> rounds.stage)
                .description("How far the round under way is: 0 for none, 1 snapshotted, 2 labelled, 3 trained, 4"
                        + " evaluated")
                .baseUnit("stage")
                .register(registry);
        gauge(model, "freshet.trainer.round.duration", rounds -> rounds.duration)
                .description("How long the last round took, from its snapshot to its end")
                .baseUnit("seconds")
                .register(registry);
        images(registry, model, "unlabeled", Labelled::unlabeledImages);
        images(registry, model, "pseudo_labeled", Labelled::kept);
        images(registry, model, "labeled", Labelled::labeledImages);
        gauge(
                        model,
                        "freshet.trainer.round.left.out",
                        rounds ->
                                rounds.labelled.map(Labelled::leftOut).orElse(0).doubleValue())
                .description("Images that the last round did not learn from, as near copies of images that judge")
                .baseUnit("images")
                .register(registry);
        gauge(model, "freshet.trainer.champion.version", rounds -> rounds.championVersion)
                .description("Version in service, as the last round that judged found or left it")
                .baseUnit("version")
                .register(registry);
        errors(registry, model, "audit", Score::auditErrors, Score::auditImages);
        errors(registry, model, "anchor", Score::anchorErrors, Score::anchorImages);
    }

    private Gauge.Builder<RoundMetrics> gauge(String model, String name, ToDoubleFunction<RoundMetrics> value) {
        // Micrometer asks while a step is shown.
        return Gauge.builder(name, this, rounds -> {
                    synchronized (rounds) {
                        return value.applyAsDouble(rounds);
                    }
                })
                .tag("model", model);
    }

    private void images(MeterRegistry registry, String model, String kind, ToDoubleFunction<Labelled> count) {
        gauge(
                        model,
                        "freshet.trainer.round.images",
                        rounds -> rounds.labelled.map(count::applyAsDouble).orElse(0.0))
                .description("Images that the last round learned from: those of its snapshot, those of them that the"
                        + " teacher labelled and the filter kept, and those that people labeled")
                .baseUnit("images")
                .tag("kind", kind)
                .register(registry);
    }

    private void errors(
            MeterRegistry registry,
            String model,
            String sample,
            ToDoubleFunction<Score> wrong,
            ToDoubleFunction<Score> judged) {
        gauge(
                        model,
                        "freshet.trainer.champion.error",
                        rounds ->
                                wrong.applyAsDouble(rounds.championScore) / judged.applyAsDouble(rounds.championScore))
                .description("Share of a judging sample that the version in service got wrong when it was judged last")
                .baseUnit("ratio")
                .tag("sample", sample)
                .register(registry);
        gauge(
                        model,
                        "freshet.trainer.champion.error.low",
                        rounds -> rounds.interval(wrong, judged)
                                .map(Interval::getLowerBound)
                                .orElse(Double.NaN))
                .description("Lower end of that share's 95% interval (Wilson)")
                .baseUnit("ratio")
                .tag("sample", sample)
                .register(registry);
        gauge(
                        model,
                        "freshet.trainer.champion.error.high",
                        rounds -> rounds.interval(wrong, judged)
                                .map(Interval::getUpperBound)
                                .orElse(Double.NaN))
                .description("Upper end of that share's 95% interval (Wilson)")
                .baseUnit("ratio")
                .tag("sample", sample)
                .register(registry);
    }

    private Optional<Interval> interval(ToDoubleFunction<Score> wrong, ToDoubleFunction<Score> judged) {
        int of = (int) judged.applyAsDouble(championScore);
        return of == 0
                ? Optional.empty()
                : Optional.of(BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(
                        of, (int) wrong.applyAsDouble(championScore), SIGNIFICANCE));
    }

    private double end(Result result) {
        Instant end = ends.get(result);
        return end == null ? 0 : end.toEpochMilli() / 1e3;
    }

    /** Shows what an event says; events come in the order of the topic. */
    synchronized void show(RoundMessage.Event event) {
        RoundStep step = event.step();
        stage = stage(step);
        switch (step) {
            case Snapshotted begins -> {
                snapshot = Optional.of(begins);
                begun = event.at();
                evaluated = Optional.empty();
            }
            case Labelled labels -> labelled = Optional.of(labels);
            case Trained trained -> {}
            case Evaluated judged -> {
                evaluated = Optional.of(judged);
                snapshot.flatMap(Snapshotted::champion)
                        .ifPresent(champion -> judged.champion().ifPresent(score -> showChampion(champion, score)));
            }
            case Promoted promoted -> {
                evaluated.ifPresent(judged -> showChampion(promoted.model(), judged.student()));
                ended(Result.PROMOTED, event.at());
            }
            case Held held -> ended(Result.HELD, event.at());
            case Failed failed -> ended(Result.FAILED, event.at());
        }
    }

    private void showChampion(ModelVersion version, Score score) {
        championVersion = version.version();
        championScore = score;
    }

    private void ended(Result result, Instant at) {
        ends.put(result, at);
        if (snapshot.isPresent()) {
            duration = Duration.between(begun, at).toMillis() / 1e3;
        }
    }

    private static double stage(RoundStep step) {
        return switch (step) {
            case Snapshotted s -> 1;
            case Labelled l -> 2;
            case Trained t -> 3;
            case Evaluated e -> 4;
            case Promoted p -> 0;
            case Held h -> 0;
            case Failed f -> 0;
        };
    }
}
