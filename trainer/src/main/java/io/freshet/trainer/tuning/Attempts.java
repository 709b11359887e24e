package io.freshet.trainer.tuning;

import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.model.HyperParameters;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.model.TrainingBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Trains settings for a while, each from the same weights and on the same draws, and scores them; one that is tried again
 * for longer goes on where it was. For one thread.
 */
final class Attempts {

    /** So much longer than a run is the schedule of an attempt, which may end anywhere: its rate stands nearly firm. */
    private static final int LONGER = 4;

    private static final int WARMUP_UNITS = 10;
    private static final int NEVER = Integer.MAX_VALUE;

    private final TrainableModel model;
    private final LabeledBatches source;
    private final LabeledImages heldBack;
    private final TrainingConfig begin;
    private final SearchBudget budget;
    private final Path scratch;
    private final long seed;
    private final TrainingProgress progress;
    private final List<Attempt> all = new ArrayList<>();
    private final Map<Setting, Integer> taken = new HashMap<>();
    private final Map<Setting, Path> folders = new HashMap<>();
    private int imagesSpent;

    Attempts(
            TrainableModel model,
            LabeledBatches source,
            LabeledImages heldBack,
            TrainingConfig begin,
            SearchBudget budget,
            Path scratch,
            long seed,
            TrainingProgress progress) {
        this.model = model;
        this.source = source;
        this.heldBack = heldBack;
        this.begin = begin;
        this.budget = budget;
        this.scratch = scratch;
        this.seed = seed;
        this.progress = progress;
    }

    /** Images that settings learn from. */
    int images() {
        return source.labeled().size();
    }

    List<Attempt> all() {
        return all;
    }

    int unitsSpent() {
        return Math.ceilDiv(imagesSpent, Setting.UNIT);
    }

    /** Trains a setting until it has seen so many units of images, if it has not yet, and scores it. */
    Attempt attempt(String stage, Setting setting, int units) throws InterruptedException {
        int until = setting.steps(units);
        int before = taken.getOrDefault(setting, 0);
        model.initialize(seed);
        int whole = LONGER * Math.max(until, setting.steps(budget.mostSteps()));
        Training training = new Training(schedule(setting, whole), seed, (step, steps, loss, images) -> {
            imagesSpent += images;
            progress.stepped(step, until, loss, images);
        });
        Training.Result result = training.run(model, source, new Checkpoints(folder(setting)), Math.max(until, before));
        taken.put(setting, Math.max(until, before));
        training.settle(model, source);
        double seconds = result.time().toNanos() / 1e9;
        Attempt attempt = new Attempt(
                stage,
                setting,
                Math.max(until, before),
                BrierScore.of(model.classifier(), heldBack),
                seconds == 0 ? 0 : Math.max(0, until - before) * setting.batchSize() / seconds);
        all.add(attempt);
        return attempt;
    }

    private TrainingConfig schedule(Setting setting, int steps) {
        TrainingConfig config = setting.applyTo(begin, steps);
        return new TrainingConfig(
                steps,
                config.batchSize(),
                config.learningRate(),
                Math.min(.5, (double) setting.steps(WARMUP_UNITS) / steps),
                config.weightDecay(),
                config.averageDecay(),
                config.noise(),
                NEVER);
    }

    private Path folder(Setting setting) {
        return folders.computeIfAbsent(setting, any -> scratch.resolve("setting-" + folders.size()));
    }

    /** Raises the learning rate until learning is lost. */
    RangeTest.Reading sweep(RangeTest test, Setting setting) throws InterruptedException {
        model.initialize(seed);
        TrainingBatch batch = new TrainingBatch(
                setting.batchSize(),
                model.classifier().imageSize(),
                model.classifier().classes());
        Noise noise = setting.applyTo(begin, 1).noise();
        double[] losses = new double[test.steps()];
        int step = 0;
        while (!test.isOver(losses, step)) {
            source.fill(batch, new SplittableRandom(seed << 32 | step));
            losses[step] = model.step(
                    batch, new HyperParameters(test.rate(step), setting.weightDecay(), 0, noise), seed, step);
            progress.stepped(step + 1, test.steps(), losses[step], setting.batchSize());
            imagesSpent += setting.batchSize();
            step++;
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped in the sweep of learning rates");
            }
        }
        return test.read(losses, step);
    }
}
