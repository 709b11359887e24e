package io.freshet.trainer.round;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.trainer.registry.ModelVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays out the control of a round: the student's network, trained for as many steps in all as the student and its
 * parents, on labels alone. The control of a version lies in the work folder; where it is lost, the first version, which
 * saw labels alone, is trained on for all the steps since.
 */
final class Controls {

    private static final Logger LOG = LoggerFactory.getLogger(Controls.class);

    private final RoundConfig config;
    private final ModelVersions versions;
    private final WorkFolder work;

    Controls(RoundConfig config, ModelVersions versions, WorkFolder work) {
        this.config = config;
        this.versions = versions;
        this.work = work;
    }

    /**
     * Puts what the control begins from into the round's folder, if it is not there yet.
     *
     * @return the steps that the control takes; empty if there can be no control
     */
    Optional<Integer> layOut(Round round, RoundFolder folder) throws IOException {
        if (!config.control() || round.snapshot().champion().isEmpty()) {
            return Optional.empty();
        }
        ModelDescriptor champion = ModelBundle.readDescriptor(folder.champion());
        if (!config.keepsArchitecture(champion.architecture())) {
            return Optional.of(
                    layOut(folder.model(Candidate.SCRATCH), config.student().steps(), folder));
        }
        Path archived = work.control(champion.modelVersion());
        if (Files.isDirectory(archived)) {
            return Optional.of(layOut(archived, config.student().steps(), folder));
        }
        return fromFirst(champion, folder);
    }

    private Optional<Integer> fromFirst(ModelDescriptor champion, RoundFolder folder) throws IOException {
        ModelVersion version = new ModelVersion(champion.model(), 1);
        Optional<ModelDescriptor> first = versions.store().describe(version);
        if (first.isEmpty()) {
            LOG.warn(
                    "The round has no control: neither that of {} nor the first version is there",
                    champion.modelVersion());
            return Optional.empty();
        }
        if (!Files.exists(folder.model(Candidate.LABELS))) {
            versions.fetch(version, folder.model(Candidate.LABELS));
        }
        return Optional.of(Math.toIntExact(champion.steps() - first.get().steps())
                + config.student().steps());
    }

    private static int layOut(Path start, int steps, RoundFolder folder) throws IOException {
        if (!Files.exists(folder.model(Candidate.LABELS))) {
            FileTree.copy(start, folder.model(Candidate.LABELS));
        }
        return steps;
    }
}
