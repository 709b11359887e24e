package io.freshet.trainer.service;

import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Evaluated;
import io.freshet.protocol.round.Score;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.round.RoundProgress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the trainer shows of itself. Thread safe. */
final class TrainerMetrics implements RoundProgress {

    private final Map<Class<?>, Counter> steps;
    private final Map<Role, Run> runs = new EnumMap<>(Role.class);
    private final Map<Judged, Errors> errors = new EnumMap<>(Judged.class);

    /** Whose errors are shown. */
    private enum Judged {
        STUDENT,
        CHAMPION,
        CONTROL,
        ADAPTED_CONTROL
    }

    TrainerMetrics(MeterRegistry registry) {
        // All from the start: of a counter that begins with its first count, Prometheus misses that count.
        this.steps = Arrays.stream(RoundStep.class.getPermittedSubclasses())
                .collect(Collectors.toUnmodifiableMap(Function.identity(), step -> counter(registry, step)));
        for (Role role : Role.values()) {
            runs.put(role, new Run(registry, lower(role)));
        }
        for (Judged judged : Judged.values()) {
            errors.put(judged, new Errors(registry, lower(judged)));
        }
    }

    private static Counter counter(MeterRegistry registry, Class<?> step) {
        return Counter.builder("freshet.trainer.round.steps")
                .description("Steps that rounds have taken")
                .baseUnit("steps")
                .tag("step", step.getSimpleName().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    @Override
    public TrainingProgress of(Role role) {
        Run run = runs.get(role);
        if (run == null) {
            throw new AssertionError("Every role has its run");
        }
        return run;
    }

    /** Counts a step that was recorded. */
    void record(RoundStep step) {
        Objects.requireNonNull(steps.get(step.getClass())).increment();
    }

    /** Shows what a step says, also one from before this process. */
    void show(RoundStep step) {
        if (step instanceof Evaluated evaluated) {
            set(Judged.STUDENT, evaluated.student());
            evaluated.champion().ifPresent(score -> set(Judged.CHAMPION, score));
            evaluated.control().ifPresent(score -> set(Judged.CONTROL, score));
            evaluated.adaptedControl().ifPresent(score -> set(Judged.ADAPTED_CONTROL, score));
        }
    }

    private void set(Judged judged, Score score) {
        Errors shown = errors.get(judged);
        if (shown != null) {
            shown.score = score;
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** A model's errors in the last evaluation. */
    private static final class Errors {

        private volatile Score score = new Score(0, 0, 0, 0);

        Errors(MeterRegistry registry, String of) {
            Gauge.builder("freshet.trainer.audit.error", this, errors -> errors.score.auditError())
                    .description("Share of the audit sample that was wrong in the last evaluation")
                    .baseUnit("ratio")
                    .tag("of", of)
                    .register(registry);
            Gauge.builder("freshet.trainer.anchor.error", this, errors -> errors.score.anchorError())
                    .description("Share of the anchor that was wrong in the last evaluation")
                    .baseUnit("ratio")
                    .tag("of", of)
                    .register(registry);
        }
    }

    /** The training of one role: where it stands, and what it has cost. */
    private static final class Run implements TrainingProgress {

        private final Counter images;
        private volatile int taken;
        private volatile int steps;
        private volatile double loss;

        Run(MeterRegistry registry, String role) {
            this.images = Counter.builder("freshet.trainer.images")
                    .description("Images that networks were trained on, each time that they were")
                    .baseUnit("images")
                    .tag("role", role)
                    .register(registry);
            Gauge.builder("freshet.trainer.run.taken", this, run -> run.taken)
                    .description("Steps that the run under way, or the last one, has taken")
                    .baseUnit("steps")
                    .tag("role", role)
                    .register(registry);
            Gauge.builder("freshet.trainer.run.steps", this, run -> run.steps)
                    .description("Steps that the run under way, or the last one, has in all")
                    .baseUnit("steps")
                    .tag("role", role)
                    .register(registry);
            Gauge.builder("freshet.trainer.run.loss", this, run -> run.loss)
                    .description("Loss at the last step, a cross-entropy")
                    .baseUnit("nats")
                    .tag("role", role)
                    .register(registry);
        }

        @Override
        public void stepped(int stepsTaken, int stepsInAll, double stepLoss, int stepImages) {
            taken = stepsTaken;
            steps = stepsInAll;
            loss = stepLoss;
            images.increment(stepImages);
        }
    }
}
