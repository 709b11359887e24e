package io.freshet.trainer.round;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.SigningKey;
import io.freshet.protocol.round.Score;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.EvaluationJson;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.registry.ModelVersions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** The last step of a round that went well: the student becomes a version in the store. */
final class Promotion {

    private final String model;
    private final RoundConfig config;
    private final Map<String, Object> configuration;
    private final ModelVersions versions;
    private final WorkFolder work;
    private final Optional<SigningKey> signingKey;
    private final Clock clock;

    /**
     * @param configuration as the lineage shall state it
     * @param signingKey empty to leave bundles unsigned
     */
    Promotion(
            String model,
            RoundConfig config,
            Map<String, Object> configuration,
            ModelVersions versions,
            WorkFolder work,
            Optional<SigningKey> signingKey,
            Clock clock) {
        this.model = model;
        this.config = config;
        this.configuration = Map.copyOf(configuration);
        this.versions = versions;
        this.work = work;
        this.signingKey = signingKey;
        this.clock = clock;
    }

    /** Puts the student into the store, if an earlier try of this round has not; returns its announcement. */
    ModelAnnouncement run(Round round, RoundFolder folder, Material material, Judging.Judgement judgement)
            throws IOException {
        Optional<ModelDescriptor> before = versions.madeBy(round.id());
        ModelBundle bundle = before.isPresent()
                ? versions.fetch(before.get().modelVersion(), folder.bundle())
                : make(round, folder, material, judgement);
        ModelVersion version = bundle.descriptor().modelVersion();
        URI location = before.isPresent()
                ? versions.store().locate(version)
                : versions.store().put(version, bundle.folder());
        archiveControl(folder, version);
        return new ModelAnnouncement(
                version,
                location,
                bundle.manifestSha256(),
                clock.instant(),
                ModelAnnouncement.Reason.PROMOTED,
                Optional.of(round.id()));
    }

    private ModelBundle make(Round round, RoundFolder folder, Material material, Judging.Judgement judgement)
            throws IOException {
        Candidate chosen = folder.student();
        try (TrainableModel trained = folder.load(chosen, config.sessions())) {
            TrainableFiles.write(folder.model(chosen), trained, folder.bundle());
            GoldenRequests.write(folder.bundle(), config.sessions(), model, material.labeledSet());
            EvaluationJson.write(folder.bundle().resolve(EvaluationJson.FILE), judgement.evaluation());
            ModelBundle bundle = ModelBundle.seal(
                    folder.bundle(),
                    describe(
                            round,
                            folder,
                            material,
                            judgement,
                            trained.classifier().embeddingSize()));
            if (signingKey.isPresent()) {
                bundle.sign(signingKey.get());
            }
            return bundle;
        }
    }

    private ModelDescriptor describe(
            Round round, RoundFolder folder, Material material, Judging.Judgement judgement, int embeddingSize)
            throws IOException {
        Score score = judgement.event().student();
        Optional<ModelDescriptor> champion = round.snapshot().champion().isPresent()
                ? Optional.of(ModelBundle.readDescriptor(folder.champion()))
                : Optional.empty();
        int taken = champion.isPresent()
                ? config.stepsOf(folder.student())
                : config.initial().steps();
        return new ModelDescriptor(
                ModelDescriptor.FORMAT,
                model,
                versions.next().version(),
                champion.map(ModelDescriptor::version),
                clock.instant(),
                material.labeledSet().classes(),
                material.labeledSet().shape(),
                embeddingSize,
                config.mixedPrecision(),
                champion.isPresent() ? architecture(champion.get(), folder.student()) : config.initialName(),
                champion.map(ModelDescriptor::steps).orElse(0L) + taken,
                score,
                Math.min(
                        score.anchorError(),
                        champion.map(ModelDescriptor::bestAnchorError).orElse(1.0)),
                lineage(round, material),
                judgement.evaluation().student().temperature());
    }

    private String architecture(ModelDescriptor champion, Candidate student) {
        boolean kept = student == Candidate.BATCH_NORM || config.keepsArchitecture(champion.architecture());
        return kept ? champion.architecture() : config.studentArchitecture(champion.architecture());
    }

    private Lineage lineage(Round round, Material material) {
        return new Lineage(
                round.id(),
                round.snapshot().trigger(),
                round.snapshot().unlabeled(),
                round.snapshot().labels(),
                material.labeledSet().sha256(),
                round.snapshot().seed(),
                configuration,
                codeVersion(),
                material.erasures(),
                material.sha256());
    }

    /** Of this Freshet, as its jar states it. */
    static String codeVersion() {
        return Optional.ofNullable(Promotion.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }

    /** The control of this version is where those of the versions after it go on. */
    private void archiveControl(RoundFolder folder, ModelVersion version) throws IOException {
        if (!Files.exists(folder.model(Candidate.LABELS))) {
            return;
        }
        Path archived = work.control(version);
        Files.createDirectories(archived.getParent());
        try (TrainableModel control = folder.load(Candidate.LABELS, config.sessions())) {
            TrainableFiles.write(folder.model(Candidate.LABELS), control, archived);
        }
    }
}
