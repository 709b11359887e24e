package io.freshet.trainer.round;

import io.freshet.engine.Classifier;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.round.RoundStep.Choice;
import io.freshet.protocol.round.RoundStep.Labelled;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.RoundStep.Trained;
import io.freshet.protocol.round.Trial;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.registry.ModelVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rounds over images that are at hand, one after another, without Kafka: the same labelling, candidates, control and bundles
 * as in a trainer's rounds. No model is in service, so in the gate's place stands a comparison on the images that choose: a
 * student that does no better than what it began from is left.
 *
 * <p>A round that was stopped goes on from its checkpoints, if it is run again over the same material. For one thread.
 */
public final class OfflineRounds {

    private final String name;
    private final RoundConfig config;
    private final ModelVersions versions;
    private final WorkFolder work;
    private final ChoosingImages choosing;
    private final Labelling labelling;
    private final StudentTraining training;
    private final Judging judging;
    private final Promotion promotion;

    /**
     * What came of a round.
     *
     * @param model the best so far: the one that the round has made, or the one that it began from
     * @param better whether the round has made it
     * @param labelled what the teacher said
     * @param trials of candidates, in their order; none in the first round
     * @param choice which candidate did best; none in the first round
     * @param reason in words, for people
     */
    public record Outcome(
            ModelBundle model,
            boolean better,
            Labelled labelled,
            List<Trial> trials,
            Optional<Choice> choice,
            String reason) {

        /** Whether what was chosen has learned from unlabeled images. */
        public boolean unlabeledHelped() {
            return better && choice.isPresent() && !choice.get().candidate().equals(Candidate.LABELS.label());
        }
    }

    /**
     * Rounds into a store.
     *
     * @param name names the rounds in lineage and on the disk
     * @param model of which versions are made
     * @param configuration as the lineage of models shall state it
     * @param audit labeled images of the traffic; it may have none
     */
    public OfflineRounds(
            String name,
            String model,
            RoundConfig config,
            Map<String, Object> configuration,
            LabeledSet labeledSet,
            ModelVersions versions,
            WorkFolder work,
            AuditImages audit,
            ChoosingImages choosing,
            RoundProgress progress,
            Clock clock) {
        this.name = name;
        this.config = config;
        this.versions = versions;
        this.work = work;
        this.choosing = choosing;
        this.labelling = new Labelling(config, labeledSet, versions, TeacherAnswers.here());
        this.training = new StudentTraining(config, new Controls(config, versions, work), choosing, progress);
        this.judging = new Judging(audit, config);
        this.promotion = new Promotion(model, config, configuration, versions, work, Optional.empty(), clock);
    }

    /** The first model, on labels alone. */
    public Outcome first(Material material) throws IOException, InterruptedException {
        Round round = round(0, Trigger.INITIAL, Optional.empty(), List.of(), List.of());
        RoundFolder folder = work.round(round.id());
        Labelled labelled = label(round, folder, material);
        training.run(round, folder, material);
        return new Outcome(
                promote(round, folder, material),
                true,
                labelled,
                List.of(),
                Optional.empty(),
                "trained on labels alone");
    }

    /**
     * A round from a model on.
     *
     * @param number from 1
     * @param unlabeled offsets that the material was read from, for the lineage; none if it was not read from Kafka
     * @param labels offsets, likewise
     */
    public Outcome next(
            int number, ModelBundle before, Material material, List<OffsetRange> unlabeled, List<OffsetRange> labels)
            throws IOException, InterruptedException {
        ModelVersion champion = before.descriptor().modelVersion();
        Round round = round(number, Trigger.MANUAL, Optional.of(champion), unlabeled, labels);
        RoundFolder folder = work.round(round.id());
        Labelled labelled = label(round, folder, material);
        Trained trained = training.run(round, folder, material);
        Choice choice = trained.choice().orElseThrow();
        Trial chosen = lastTrial(trained, choice);
        Selection selection = training.lastSelection(new Trials(folder.openTrials(), choosing, material), folder);
        if (!selection.isBetter(chosen.score())) {
            String reason = "no candidate did better than the model before; " + choice.reason();
            return new Outcome(before, false, labelled, trained.trials(), trained.choice(), reason);
        }
        return new Outcome(
                promote(round, folder, material), true, labelled, trained.trials(), trained.choice(), choice.reason());
    }

    private Round round(
            int number,
            Trigger trigger,
            Optional<ModelVersion> champion,
            List<OffsetRange> unlabeled,
            List<OffsetRange> labels) {
        Snapshotted snapshot =
                new Snapshotted(trigger, "freshet train", champion, unlabeled, labels, config.seed() + number);
        return new Round(name + "-" + number, snapshot, snapshot);
    }

    private Labelled label(Round round, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        return folder.isLabelled(material)
                ? labelling.describe(folder.readPseudoLabels(), material)
                : labelling.run(round, folder, material);
    }

    private static Trial lastTrial(Trained trained, Choice choice) {
        return trained.trials().stream()
                .filter(trial -> trial.candidate().equals(choice.candidate()))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private ModelBundle promote(Round round, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        Judging.Judgement judgement = judging.run(round, folder, material);
        ModelVersion version = promotion.run(round, folder, material, judgement).model();
        return versions.fetch(version, folder.bundle());
    }

    /**
     * Asks the control of a round: the same network and steps as its student and those before, on labels alone.
     *
     * @return empty if there was none
     */
    public <T> Optional<T> askControl(int number, Function<Classifier, T> question) {
        RoundFolder folder = work.round(name + "-" + number);
        if (!Files.exists(folder.model(Candidate.LABELS))) {
            return Optional.empty();
        }
        try (TrainableModel model = folder.load(Candidate.LABELS, config.sessions())) {
            return Optional.of(question.apply(model.classifier()));
        }
    }

    /** Asks a model, as it will serve. */
    public <T> T ask(ModelBundle model, Function<Classifier, T> question) {
        try (TrainableModel loaded = TrainableModel.load(model.folder(), config.sessions())) {
            return question.apply(loaded.classifier());
        }
    }
}
