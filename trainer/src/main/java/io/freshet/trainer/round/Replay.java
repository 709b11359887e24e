package io.freshet.trainer.round;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.registry.ModelVersions;
import io.freshet.trainer.round.ReplayResult.Impossible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a version again from what its lineage says, and compares the weights. Of the round's candidates only the one that
 * was chosen is trained: what it learns depends on none of the others, and which of them went on was decided by audit
 * images that have become more since. Writes nothing to Kafka or to the store. For one thread at a time.
 */
public final class Replay {

    private final RoundConfig config;
    private final LabeledSet labeledSet;
    private final Materials materials;
    private final ModelVersions versions;
    private final WorkFolder work;
    private final Path scratch;
    private final RoundProgress progress;

    /**
     * @param config of the round that made the version
     * @param work the trainer's, where controls of versions lie; only read
     * @param scratch is deleted and made again
     */
    public Replay(
            RoundConfig config,
            LabeledSet labeledSet,
            Materials materials,
            ModelVersions versions,
            WorkFolder work,
            Path scratch,
            RoundProgress progress) {
        this.config = config;
        this.labeledSet = labeledSet;
        this.materials = materials;
        this.versions = versions;
        this.work = work;
        this.scratch = scratch;
        this.progress = progress;
    }

    /** Of the Freshet that makes a version again, as lineages state it. */
    public static String codeVersion() {
        return Promotion.codeVersion();
    }

    /**
     * Makes a version again.
     *
     * @param chosen the candidate that became it, by its label; not looked at for a first model
     * @throws IOException if the disk or the store fails
     * @throws InterruptedException if the thread is interrupted
     */
    public ReplayResult run(ModelDescriptor version, String chosen) throws IOException, InterruptedException {
        Lineage lineage = version.lineage();
        Snapshotted snapshot = new Snapshotted(
                lineage.trigger(),
                "replay of " + version.modelVersion(),
                version.parent().map(parent -> new ModelVersion(version.model(), parent)),
                lineage.unlabeled(),
                lineage.labels(),
                lineage.seed());
        FileTree.delete(scratch);
        Round round = new Round(lineage.roundId(), snapshot, snapshot);
        RoundFolder folder = new WorkFolder(scratch).round(round.id());
        Material material = materials.read(snapshot);
        if (!lineage.materialSha256().isEmpty() && !lineage.materialSha256().equals(material.sha256())) {
            return new Impossible(
                    List.of("the images are no longer those that it learned from (something was erased, or"
                            + " the labels or the labeled set are others): the SHA-256 of their ids is "
                            + material.sha256()
                            + ", and was " + lineage.materialSha256()));
        }
        new Labelling(config, labeledSet, versions, TeacherAnswers.here()).run(round, folder, material);
        Candidate candidate = snapshot.champion().isEmpty() ? Candidate.SCRATCH : Candidate.labelled(chosen);
        if (snapshot.champion().isEmpty()) {
            train(
                    config.initial(),
                    round.seed(StudentTraining.FIRST),
                    folder,
                    candidate,
                    new LabeledBatches(material.labeled(), config.smoothing()));
        } else {
            Optional<Impossible> reason = retrain(round, folder, material, candidate);
            if (reason.isPresent()) {
                return reason.get();
            }
        }
        return compare(version.modelVersion(), folder, candidate);
    }

    private Optional<Impossible> retrain(Round round, RoundFolder folder, Material material, Candidate candidate)
            throws IOException, InterruptedException {
        switch (candidate) {
            case BATCH_NORM -> {} // the teacher itself, which labelling has laid out
            case LABELS -> {
                Optional<Integer> steps = layOutControl(round, folder);
                if (steps.isEmpty()) {
                    return Optional.of(
                            new Impossible(
                                    List.of(
                                            "the chosen candidate was 'labels', which goes on from the"
                                                    + " control of the version before, and that is no longer in the trainer's work folder")));
                }
                train(
                        config.student().withSteps(steps.get()),
                        round.seed(StudentTraining.CONTROL),
                        folder,
                        candidate,
                        new LabeledBatches(material.labeled(), config.smoothing()));
            }
            case STUDENT, CONSISTENCY, SCRATCH -> {
                try (TrainableModel model = TrainableModel.load(folder.model(candidate), config.sessions())) {
                    BatchSource source =
                            CandidateBatches.of(candidate, config, material, folder.readPseudoLabels(), model);
                    new Training(
                                    config.student(),
                                    round.seed(Race.seedOf(candidate)),
                                    progress.of(RoundProgress.Role.STUDENT))
                            .run(model, source, folder.checkpoints(candidate));
                }
            }
        }
        return Optional.empty();
    }

    /** Empty where the control that the round went on from is lost: one made anew would have other weights. */
    private Optional<Integer> layOutControl(Round round, RoundFolder folder) throws IOException {
        ModelVersion champion = round.snapshot().champion().orElseThrow();
        boolean first = champion.version() == 1;
        return first || Files.isDirectory(work.control(champion))
                ? new Controls(config, versions, work).layOut(round, folder)
                : Optional.empty();
    }

    private void train(TrainingConfig how, long seed, RoundFolder folder, Candidate candidate, BatchSource source)
            throws InterruptedException {
        try (TrainableModel model = TrainableModel.load(folder.model(candidate), config.sessions())) {
            new Training(how, seed, progress.of(RoundProgress.Role.STUDENT))
                    .run(model, source, folder.checkpoints(candidate));
        }
    }

    private ReplayResult compare(ModelVersion version, RoundFolder folder, Candidate candidate) throws IOException {
        Path again = folder.bundle();
        try (TrainableModel trained = folder.load(candidate, config.sessions())) {
            TrainableFiles.write(folder.model(candidate), trained, again);
        }
        Path original = versions.fetch(version, scratch.resolve("original")).folder();
        return ReplayResult.compare(
                original.resolve(TrainableFiles.VARIABLES), again.resolve(TrainableFiles.VARIABLES));
    }
}
