package io.freshet.trainer.tuning;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ImageId;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.SuccessiveHalving;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.tuning.Tuning.Choice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks for hyper-parameters in four stages: a sweep for the learning rate; batch sizes, each with the rate that goes with
 * it; weight decay and augmentation together; and how long to train. Settings are compared by {@link SuccessiveHalving} at
 * equally many images, on labeled images that are held back from them. The same seed chooses the same. For one thread.
 */
public final class Tuner {

    private static final String RATE = "learning rate";
    private static final String BATCH = "batch size";
    private static final String REGULARISATION = "regularisation";
    private static final String STOPPING = "stopping";

    /** With fewer images held back, their scores would be luck. */
    private static final int FEWEST_HELD_BACK = 20;

    private static final int SWEEP_STEPS = 48;
    private static final double LOWEST_RATE = 1e-3;
    private static final double HIGHEST_RATE = 30;
    private static final double SHARE_OF_STAGE = .25;

    /** After fewer steps of 64 images, a comparison would say nothing. */
    private static final int FIRST_COMPARISON = 20;

    /** Scores that lie closer would take the unevenness of learning for its end. */
    private static final int LEAST_GRID = 25;

    private static final int SCORES = 16;
    private static final int PATIENCE = 5;
    private static final double LEAST_GAIN = .01;

    /** Of the standard error: what lies closer together is told apart by luck. */
    private static final double NOISE = .25;

    private final SearchBudget budget;
    private final TrainingConfig begin;
    private final double smoothing;
    private final SessionOptions sessions;
    private final long seed;
    private final TrainingProgress progress;

    /**
     * @param begin what is left as it is, and tried first
     * @param smoothing of labels, in [0, 1)
     * @param seed below 2^32
     */
    public Tuner(
            SearchBudget budget,
            TrainingConfig begin,
            double smoothing,
            SessionOptions sessions,
            long seed,
            TrainingProgress progress) {
        this.budget = budget;
        this.begin = begin;
        this.smoothing = smoothing;
        this.sessions = sessions;
        this.seed = seed;
        this.progress = progress;
    }

    /**
     * Searches.
     *
     * @param model a trainable SavedModel of the network; it is not changed
     * @param labeled images to learn from, none of those that judge
     * @param scratch an empty folder for weights on the way
     * @return empty if there are too few images to compare anything on
     * @throws InterruptedException if the thread is interrupted; a search that is stopped begins again
     */
    public Optional<Tuning> run(Path model, LabeledImages labeled, Path scratch) throws InterruptedException {
        LabeledImages heldBack = labeled.select(this::isHeldBack);
        if (heldBack.size() < FEWEST_HELD_BACK) {
            return Optional.empty();
        }
        LabeledBatches rest = new LabeledBatches(labeled.select(id -> !isHeldBack(id)), smoothing);
        try (TrainableModel loaded = TrainableModel.load(model, sessions)) {
            return Optional.of(
                    new Search(new Attempts(loaded, rest, heldBack, begin, budget, scratch, seed, progress)).run());
        }
    }

    /** By bits that neither say which images are of the anchor nor which half of it judges. */
    private boolean isHeldBack(ImageId id) {
        byte[] bytes = id.bytes();
        int place = ((bytes[16] & 0xff) << 8) | (bytes[17] & 0xff);
        return place < budget.heldBack() * 0x10000;
    }

    /** One search, stage after stage. */
    private final class Search {

        private final Attempts attempts;
        private final List<Choice> choices = new ArrayList<>();

        Search(Attempts attempts) {
            this.attempts = attempts;
        }

        Tuning run() throws InterruptedException {
            int stage = Math.max(1, (int) Math.round(budget.steps() * SHARE_OF_STAGE));
            Setting first = new Setting(
                    Setting.UNIT,
                    begin.learningRate(),
                    begin.weightDecay(),
                    begin.noise().magnitude());
            RangeTest.Reading reading = attempts.sweep(new RangeTest(LOWEST_RATE, HIGHEST_RATE, SWEEP_STEPS), first);
            Setting quick = batch(first, reading, stage);
            Attempt regular = regularisation(quick, stage);
            int units = stopping(regular);
            return new Tuning(regular.setting(), units, choices, attempts.all(), attempts.unitsSpent());
        }

        /** The rate that the sweep gave belongs to its batch size; it grows as the batch does (Goyal et al., 1706.02677). */
        private Setting batch(Setting first, RangeTest.Reading reading, int units) throws InterruptedException {
            List<Setting> entrants = new ArrayList<>();
            for (int size : budget.batchSizes()) {
                if (size <= attempts.images() || size == Setting.UNIT) {
                    double rate = reading.rate() * size / Setting.UNIT;
                    entrants.add(new Setting(size, rate, first.weightDecay(), first.magnitude()));
                }
            }
            List<Attempt> ranked = race(BATCH, affordable(entrants, units), units);
            Attempt chosen = quickestWithinNoise(ranked);
            choices.add(new Choice(
                    RATE,
                    number(chosen.setting().learningRate()),
                    String.format(
                            Locale.ROOT,
                            "in a sweep over batches of %d %s; it grows as the batch does",
                            Setting.UNIT,
                            reading.why())));
            choices.add(new Choice(
                    BATCH,
                    Integer.toString(chosen.setting().batchSize()),
                    (chosen.equals(ranked.getFirst())
                                    ? "best by Brier's score at equally many images"
                                    : "the largest within the noise of the best, for it is the quickest")
                            + ": "
                            + describe(ranked, setting -> Integer.toString(setting.batchSize()))));
            return chosen.setting();
        }

        private Attempt regularisation(Setting before, int units) throws InterruptedException {
            List<Setting> entrants = new ArrayList<>();
            for (double magnitude : budget.magnitudes()) {
                for (double decay : budget.weightDecays()) {
                    entrants.add(new Setting(before.batchSize(), before.learningRate(), decay, magnitude));
                }
            }
            List<Attempt> ranked = race(REGULARISATION, affordable(entrants, units), units);
            Setting chosen = ranked.getFirst().setting();
            String why = "best of " + ranked.size() + ", augmentation / weight decay: "
                    + describe(
                            ranked,
                            setting -> String.format(
                                    Locale.ROOT, "%.2f / %s", setting.magnitude(), number(setting.weightDecay())));
            choices.add(new Choice("augmentation", String.format(Locale.ROOT, "%.2f", chosen.magnitude()), why));
            choices.add(new Choice("weight decay", number(chosen.weightDecay()), "found together with augmentation"));
            return ranked.getFirst();
        }

        /** Goes on from an attempt until its score no longer becomes better, or the budget ends. */
        private int stopping(Attempt attempt) throws InterruptedException {
            Setting setting = attempt.setting();
            int first = Math.ceilDiv(attempt.steps() * setting.batchSize(), Setting.UNIT);
            int grid = Math.max(LEAST_GRID, Math.ceilDiv(budget.mostSteps(), SCORES));
            Plateau plateau = new Plateau(PATIENCE, LEAST_GAIN);
            List<Double> scores = new ArrayList<>(List.of(attempt.score().mean()));
            int units = first;
            while (units + grid <= budget.mostSteps() && !plateau.isReached(scores)) {
                units += grid;
                scores.add(attempts.attempt(STOPPING, setting, units).score().mean());
            }
            boolean over = plateau.isReached(scores);
            int chosen = over ? units : budget.mostSteps();
            choices.add(new Choice(
                    "steps",
                    Integer.toString(setting.steps(chosen)),
                    over
                            ? String.format(
                                    Locale.ROOT,
                                    "the score stood at %.3f after %d steps, and at %d looks after that was not better by %.0f%%",
                                    scores.get(plateau.best(scores)),
                                    setting.steps(first + plateau.best(scores) * grid),
                                    PATIENCE,
                                    100 * LEAST_GAIN)
                            : "the whole budget: it has ended before learning did"));
            return chosen;
        }

        /** The settings by their last attempts, the best first; those that were dropped earlier behind those that went on. */
        private List<Attempt> race(String stage, List<Setting> entrants, int units) throws InterruptedException {
            List<Attempt> last = new ArrayList<>();
            List<Setting> left = entrants;
            for (int rung : new SuccessiveHalving(units, left.size()).rungs()) {
                if (left.size() == 1 && !last.isEmpty()) {
                    break; // the whole run of the one that is left tells nothing
                }
                List<Attempt> tried = new ArrayList<>();
                for (Setting setting : left) {
                    tried.add(attempts.attempt(stage, setting, rung));
                }
                tried.sort(Comparator.comparingDouble(attempt -> attempt.score().mean()));
                last.removeIf(
                        before -> tried.stream().anyMatch(now -> now.setting().equals(before.setting())));
                last.addAll(0, tried);
                left = tried.stream()
                        .limit(SuccessiveHalving.survivors(tried.size()))
                        .map(Attempt::setting)
                        .toList();
            }
            return last;
        }
    }

    /** Of a small budget, only the first of them can be compared after steps enough. */
    static List<Setting> affordable(List<Setting> entrants, int units) {
        List<Setting> left = entrants;
        while (left.size() > 1
                && new SuccessiveHalving(units, left.size()).rungs().getFirst() < FIRST_COMPARISON) {
            left = left.subList(0, SuccessiveHalving.survivors(left.size()));
        }
        return left;
    }

    /** Large batches cost less an image; by how much depends on the machine, so it does not choose where the score can. */
    static Attempt quickestWithinNoise(List<Attempt> ranked) {
        Attempt best = ranked.getFirst();
        return ranked.stream()
                .filter(attempt -> attempt.steps() * (long) attempt.setting().batchSize()
                                >= best.steps() * (long) best.setting().batchSize() * 9 / 10
                        && attempt.score().mean()
                                <= best.score().mean() + NOISE * best.score().standardError())
                .max(Comparator.comparingInt(attempt -> attempt.setting().batchSize()))
                .orElse(best);
    }

    private static String describe(List<Attempt> ranked, Function<Setting, String> name) {
        List<String> figures = new ArrayList<>();
        for (Attempt attempt : ranked.subList(0, Math.min(3, ranked.size()))) {
            figures.add(String.format(
                    Locale.ROOT,
                    "%s: %.3f after %d steps, %d of %d wrong",
                    name.apply(attempt.setting()),
                    attempt.score().mean(),
                    attempt.steps(),
                    attempt.score().errors(),
                    attempt.score().images()));
        }
        return String.join("; ", figures);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2g", value);
    }
}
