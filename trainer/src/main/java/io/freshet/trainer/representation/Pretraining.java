package io.freshet.trainer.representation;

import io.freshet.engine.Classifier;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A network that learns from images without labels. It keeps a model and checkpoints in a folder, so that one that was
 * killed goes on from its last checkpoint, to the same weights.
 *
 * <p>For one thread at a time. The caller closes it, and deletes the folder when the model is written.
 */
public final class Pretraining implements AutoCloseable {

    private final PretrainingConfig config;
    private final ImagePool images;
    private final Path work;
    private final TrainableModel model;

    private Pretraining(PretrainingConfig config, ImagePool images, Path work, TrainableModel model) {
        this.config = config;
        this.images = images;
        this.work = work;
        this.model = model;
    }

    /**
     * Begins, or goes on where the folder says.
     *
     * @param images at least as many as are in a batch
     * @param work is made if it is missing
     * @throws IOException if the folder cannot be written, or holds what was begun with other settings or images
     */
    public static Pretraining open(PretrainingConfig config, ImagePool images, Path work) throws IOException {
        if (images.size() < config.training().batchSize()) {
            throw new IOException("There are " + images.size() + " images to learn from, and a batch has "
                    + config.training().batchSize());
        }
        Files.createDirectories(work);
        requireSame(work.resolve("settings"), config + ", " + images.size() + " images");
        Path folder = work.resolve("model");
        if (!Files.isDirectory(folder)) {
            Path unfinished = work.resolve("model.unfinished");
            FileTree.delete(unfinished);
            TrainableModelWriter.writePretraining(config.spec(), config.method(), config.seed(), unfinished);
            Files.move(unfinished, folder);
        }
        SessionOptions options = SessionOptions.forTraining().withMixedPrecision(config.mixedPrecision());
        Pretraining pretraining = new Pretraining(config, images, work, TrainableModel.load(folder, options));
        pretraining.checkpoints().restoreLatest(pretraining.model);
        return pretraining;
    }

    private static void requireSame(Path file, String settings) throws IOException {
        if (!Files.exists(file)) {
            Path unfinished = file.resolveSibling("settings.unfinished");
            Files.writeString(unfinished, settings);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        String before = Files.readString(file);
        if (!before.equals(settings)) {
            throw new IOException(
                    "In " + file.getParent() + " another run has begun; delete it to begin anew.\n  there: " + before
                            + "\n  asked: " + settings);
        }
    }

    /** Steps that its last checkpoint has seen. */
    public int taken() {
        return checkpoints().latestStep();
    }

    /** Gives the embeddings as far as they have been learned; its probabilities mean nothing. Valid until this is closed. */
    public Classifier classifier() {
        return model.classifier();
    }

    /** How good the embeddings are so far. */
    public RepresentationQuality judge(RepresentationProbe probe) {
        return probe.judge(model.classifier());
    }

    /**
     * How good the embeddings of the weights are that it began from, whose batch-norm statistics are first moved to the
     * images: what learning has to beat.
     */
    public RepresentationQuality judgeRandom(RepresentationProbe probe) {
        Path now = work.resolve("now");
        model.save(now);
        model.restore(work.resolve("model").resolve(Backbone.VARIABLES));
        new Teacher(model).adapt(images, config.seed());
        RepresentationQuality quality = judge(probe);
        model.restore(now);
        return quality;
    }

    /**
     * Takes the steps that are still to take up to one of the schedule, where a checkpoint is left.
     *
     * @param until at most the configuration's steps
     * @throws InterruptedException if the thread is interrupted, after a checkpoint
     * @throws Training.DivergedException if the loss is no longer a number
     */
    public Training.Result run(int until, TrainingProgress progress) throws InterruptedException {
        return new Training(config.training(), config.seed(), progress)
                .run(model, new UnlabeledBatches(images), checkpoints(), until);
    }

    /**
     * Writes a trainable model that begins from what has been learned, with a head drawn anew. The projector is left
     * behind.
     *
     * @param folder is replaced
     */
    public void writeModel(Path folder) throws IOException {
        Path learned = work.resolve("learned");
        Files.createDirectories(learned.resolve(Backbone.VARIABLES).getParent());
        model.save(learned.resolve(Backbone.VARIABLES));
        Backbone.writeModel(config.spec(), config.seed(), learned, folder);
    }

    private Checkpoints checkpoints() {
        return new Checkpoints(work.resolve("checkpoints"));
    }

    @Override
    public void close() {
        model.close();
    }
}
