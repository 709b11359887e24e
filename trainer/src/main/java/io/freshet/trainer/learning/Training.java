package io.freshet.trainer.learning;

import io.freshet.trainer.model.HyperParameters;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.model.TrainingBatch;
import java.time.Duration;
import java.util.SplittableRandom;

/** Runs a model through its steps, from its last checkpoint on. For one thread at a time. */
public final class Training {

    /** The share of the steps, at the end, over which the loss is averaged. */
    private static final double TAIL = .1;

    /** Images of either kind by which the mixture is chosen that a model is settled by. */
    private static final int MOST_JUDGING = 2_000;

    private final TrainingConfig config;
    private final long seed;
    private final TrainingProgress progress;

    /**
     * What came of a run.
     *
     * @param loss mean over the last tenth of the steps that this process took
     * @param time that this process took for its steps
     */
    public record Result(int steps, double loss, Duration time) {}

    /** @param seed of the run, below 2^32 */
    public Training(TrainingConfig config, long seed, TrainingProgress progress) {
        this.config = config;
        this.seed = seed;
        this.progress = progress;
    }

    /** Takes the steps that are still to take; throws as {@link #run(TrainableModel, BatchSource, Checkpoints, int)}. */
    public Result run(TrainableModel model, BatchSource source, Checkpoints checkpoints) throws InterruptedException {
        return run(model, source, checkpoints, config.steps());
    }

    /**
     * Takes the steps that are still to take up to one of the schedule, where a checkpoint is left to go on from.
     *
     * @param until at most the schedule's steps
     * @throws InterruptedException if the thread is interrupted, after a checkpoint
     * @throws DivergedException if the loss is no longer a number
     */
    public Result run(TrainableModel model, BatchSource source, Checkpoints checkpoints, int until)
            throws InterruptedException {
        Schedule schedule = config.schedule();
        TrainingBatch batch = batch(model);
        int tail = (int) Math.floor(config.steps() * (1 - TAIL));
        double tailLoss = 0;
        int tailSteps = 0;
        long start = System.nanoTime();
        for (int step = checkpoints.restoreLatest(model, source); step < until; step++) {
            source.fill(batch, new SplittableRandom(seed << 32 | step));
            double loss = model.step(batch, parameters(schedule, step, source.asksTheAverage()), seed, step);
            if (!Double.isFinite(loss)) {
                throw new DivergedException(step, loss);
            }
            if (step >= tail) {
                tailLoss += loss;
                tailSteps++;
            }
            int taken = step + 1;
            progress.stepped(taken, config.steps(), loss, config.batchSize());
            if (taken == config.steps()) {
                settle(model, source);
            }
            boolean interrupted = Thread.interrupted();
            if (taken == until || taken % config.checkpointEvery() == 0 || interrupted) {
                checkpoints.save(model, source, taken);
            }
            if (interrupted) {
                throw new InterruptedException("stopped after step " + taken + " of " + config.steps());
            }
        }
        return new Result(
                until, tailSteps == 0 ? 0 : tailLoss / tailSteps, Duration.ofNanos(System.nanoTime() - start));
    }

    /**
     * Settles the batch-norm statistics that predictions use ({@link Settling}), if the model can. A run does so at its
     * end; who looks at a model before that, does it first. What training learns is not changed by it.
     */
    public void settle(TrainableModel model, BatchSource source) {
        if (model.canAdapt()) {
            new Settling(model, batch(model), i -> new SplittableRandom(seed << 32 | config.steps() + i), judging())
                    .settle(source);
        }
    }

    /** So many that looking at them, for some mixtures, takes little beside the run. */
    private int judging() {
        return Math.clamp((long) config.steps() * config.batchSize() / 16, 1, MOST_JUDGING);
    }

    private TrainingBatch batch(TrainableModel model) {
        return new TrainingBatch(
                config.batchSize(),
                model.classifier().imageSize(),
                model.classifier().classes());
    }

    private HyperParameters parameters(Schedule schedule, int step, boolean firmAverage) {
        // The average would else remember the first weights for longer than a short run lasts.
        double averageDecay =
                firmAverage ? config.averageDecay() : Math.min(config.averageDecay(), (1.0 + step) / (10.0 + step));
        return new HyperParameters(schedule.rate(step), config.weightDecay(), averageDecay, config.noise());
    }

    /** The loss is no longer a number: the learning rate is too high for this network and these images. */
    public static final class DivergedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        DivergedException(int step, double loss) {
            super("The loss is " + loss + " at step " + step + ": a lower learning rate may help");
        }
    }
}
