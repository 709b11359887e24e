package io.freshet.trainer.round;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.SigningKey;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Evaluated;
import io.freshet.protocol.round.RoundStep.Failed;
import io.freshet.protocol.round.RoundStep.Held;
import io.freshet.protocol.round.RoundStep.Labelled;
import io.freshet.protocol.round.RoundStep.Promoted;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.RoundStep.Trained;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.EvaluationJson;
import io.freshet.trainer.gate.GateDecision;
import io.freshet.trainer.gate.PromotionGate;
import io.freshet.trainer.registry.ModelRegistry;
import io.freshet.trainer.round.SettingsSearch.Settings;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a round from the step that it has reached to its end, and records each step when it is done:
 *
 * <pre>
 * Snapshotted ─label→ Labelled ─train→ Trained ─evaluate→ Evaluated ─decide→ Promoted | Held
 * </pre>
 *
 * For one thread at a time.
 */
public final class RoundRunner {

    private final Materials materials;
    private final ModelRegistry registry;
    private final WorkFolder work;
    private final StepLog log;
    private final Labelling labelling;
    private final SettingsSearch settings;
    private final ChoosingImages choosing;
    private final RoundProgress progress;
    private final String model;
    private final Optional<SigningKey> signingKey;
    private final Clock clock;
    private final Judging judging;
    private final PromotionGate gate;
    private final RoundSpans spans;

    /**
     * @param search whether hyper-parameters are looked for before the first model is trained
     * @param configuration as the lineage of models shall state it
     * @param answers of the teacher to what it is to label
     * @param signingKey empty to leave bundles unsigned
     */
    public RoundRunner(
            String model,
            RoundConfig config,
            boolean search,
            Map<String, Object> configuration,
            LabeledSet labeledSet,
            Materials materials,
            TeacherAnswers answers,
            AuditImages audit,
            ModelRegistry registry,
            WorkFolder work,
            Optional<SigningKey> signingKey,
            StepLog log,
            RoundProgress progress,
            RoundSpans spans,
            Clock clock) {
        this.materials = materials;
        this.registry = registry;
        this.work = work;
        this.log = log;
        this.spans = spans;
        this.labelling = new Labelling(config, labeledSet, registry.versions(), answers);
        this.settings = new SettingsSearch(search, config, configuration, progress);
        this.choosing = ChoosingImages.halves(audit, config.auditImages());
        this.progress = progress;
        this.model = model;
        this.signingKey = signingKey;
        this.clock = clock;
        this.judging = new Judging(audit, config);
        this.gate = new PromotionGate(config.gate(), labeledSet.classes());
    }

    /**
     * Runs a round to its end.
     *
     * @return the last step
     * @throws IOException if the disk or the store fails
     * @throws InterruptedException if the thread is interrupted; the round can go on later
     */
    public RoundStep run(Round round) throws IOException, InterruptedException {
        RoundFolder folder = work.round(round.id());
        spans.collecting();
        Material material = materials.read(round.snapshot());
        return spans.round(round, () -> run(round, folder, material));
    }

    private RoundStep run(Round round, RoundFolder folder, Material material) throws IOException, InterruptedException {
        RoundStep step = startingPoint(round, folder, material);
        while (!step.isLast()) {
            step = next(step, round, folder, material);
        }
        work.prune();
        return step;
    }

    /**
     * The disk may have been lost since the step was recorded, or something of the material erased: then the round begins
     * again from its snapshot.
     */
    private static RoundStep startingPoint(Round round, RoundFolder folder, Material material) throws IOException {
        boolean whole = switch (round.reached()) {
            case Snapshotted snapshotted -> true;
            case Labelled labelled -> folder.isLabelled(material);
            case Trained trained -> folder.isTrained(material);
            case Evaluated evaluated -> folder.isTrained(material);
            case Promoted promoted -> true;
            case Held held -> true;
            case Failed failed -> true;
        };
        return whole ? round.reached() : round.snapshot();
    }

    private RoundStep next(RoundStep step, Round round, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        return switch (step) {
            case Snapshotted snapshotted ->
                recorded(round, spans.step("label", () -> labelling.run(round, folder, material)));
            case Labelled labelled -> recorded(round, spans.step("train", () -> train(round, folder, material)));
            case Trained trained -> evaluateAndDecide(round, folder, material);
            case Evaluated evaluated -> evaluateAndDecide(round, folder, material);
            case Promoted promoted -> promoted;
            case Held held -> held;
            case Failed failed -> failed;
        };
    }

    private RoundStep train(Round round, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        RoundConfig config = settings.of(round, folder, material.labeled()).config();
        Controls controls = new Controls(config, registry.versions(), work);
        return new StudentTraining(config, controls, choosing, progress).run(round, folder, material);
    }

    private RoundStep recorded(Round round, RoundStep step) {
        log.record(round.id(), step);
        return step;
    }

    /** What the gate looks at is compared image by image and not kept: a round that stopped here is judged again. */
    private RoundStep evaluateAndDecide(Round round, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        Judging.Judgement judgement = spans.step("judge", () -> judging.run(round, folder, material));
        EvaluationJson.write(folder.evaluation(), judgement.evaluation());
        log.record(round.id(), judgement.event());
        Optional<ModelVersion> inService = registry.current().map(ModelAnnouncement::model);
        if (!inService.equals(round.snapshot().champion())) {
            return recorded(
                    round,
                    new Held(List.of("while the round ran, another model went into service: "
                            + inService.map(ModelVersion::toString).orElse("none"))));
        }
        if (!materials.isCurrent(round.snapshot(), material)) {
            return recorded(
                    round,
                    new Held(List.of("while the round ran, an image that it learned from or was judged by was erased;"
                            + " the next round leaves it out")));
        }
        GateDecision decision = gate.decide(judgement.evidence());
        return switch (decision) {
            case GateDecision.Hold hold -> recorded(round, new Held(hold.reasons()));
            case GateDecision.Promote promote ->
                spans.step("publish", () -> promote(round, folder, material, judgement));
        };
    }

    private RoundStep promote(Round round, RoundFolder folder, Material material, Judging.Judgement judgement)
            throws IOException, InterruptedException {
        Settings how = settings.of(round, folder, material.labeled());
        ModelAnnouncement announcement = new Promotion(
                        model, how.config(), how.configuration(), registry.versions(), work, signingKey, clock)
                .run(round, folder, material, judgement)
                .withTraceParent(spans.traceParent());
        Promoted promoted = new Promoted(announcement.model());
        log.record(round.id(), promoted, announcement);
        return promoted;
    }
}
