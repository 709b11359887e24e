package io.freshet.trainer.training;

import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.round.RoundConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Supervised runs that are there to be compared with. A run that was stopped goes on from its checkpoint. */
final class ReferenceRuns {

    private static final int INITIALIZE = 2;
    private static final int TRAIN = 3;

    private final Path folder;
    private final Material material;
    private final RoundConfig config;
    private final Samples samples;

    ReferenceRuns(Path folder, Material material, RoundConfig config, Samples samples) {
        this.folder = folder;
        this.material = material;
        this.config = config;
        this.samples = samples;
    }

    /** Trains a network on the labeled images, and asks it. */
    Samples.Sheet run(String architecture, TrainingConfig how, TrainingProgress progress)
            throws IOException, InterruptedException {
        Path network = network(architecture);
        try (TrainableModel model = TrainableModel.load(network, config.sessions())) {
            new Training(how, seed(TRAIN), progress)
                    .run(
                            model,
                            new LabeledBatches(material.labeled(), config.smoothing()),
                            new Checkpoints(folder.resolve(architecture + "-checkpoints")));
            return samples.ask(model.classifier());
        }
    }

    /** The trainable SavedModel of an architecture, its weights drawn from the seed. */
    Path network(String architecture) throws IOException {
        Path target = folder.resolve(architecture);
        if (!Files.exists(target)) {
            LabeledSet labeledSet = material.labeledSet();
            TrainableModelSpec spec = config.network(
                    architecture, labeledSet.shape(), labeledSet.classes().size());
            Path unfinished = folder.resolve(architecture + ".unfinished");
            FileTree.delete(unfinished);
            TrainableModelWriter.write(spec, seed(INITIALIZE), unfinished);
            Files.move(unfinished, target);
        }
        return target;
    }

    private long seed(int role) {
        return (config.seed() * 31L + role) & 0xffff_ffffL;
    }
}
