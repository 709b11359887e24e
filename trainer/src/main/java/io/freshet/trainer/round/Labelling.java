package io.freshet.trainer.round;

import io.freshet.engine.Classifier;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.round.RoundStep.Labelled;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.PseudoLabels;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.registry.ModelVersions;
import io.freshet.trainer.representation.Backbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The first step of a round: the teacher labels the stream, and what the candidates begin from is laid out. */
final class Labelling {

    private static final int ADAPT = 1;
    private static final int INITIALIZE = 2;

    private final RoundConfig config;
    private final LabeledSet labeledSet;
    private final ModelVersions versions;
    private final TeacherAnswers answers;

    Labelling(RoundConfig config, LabeledSet labeledSet, ModelVersions versions, TeacherAnswers answers) {
        this.config = config;
        this.labeledSet = labeledSet;
        this.versions = versions;
        this.answers = answers;
    }

    Labelled run(Round round, RoundFolder folder, Material material) throws IOException, InterruptedException {
        folder.clear();
        PseudoLabels labels = round.snapshot().champion().isPresent()
                ? withTeacher(round, round.snapshot().champion().get(), folder, material)
                : withoutTeacher(round, folder);
        folder.write(labels, material);
        return describe(labels, material);
    }

    /** What was said of a material. */
    Labelled describe(PseudoLabels labels, Material material) {
        return new Labelled(
                material.labeled().size(),
                material.unlabeled().size(),
                labels.keptCount(),
                labels.meanConfidence(),
                byName(labels),
                material.leftOut());
    }

    private PseudoLabels withTeacher(Round round, ModelVersion champion, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        ModelBundle bundle = versions.fetch(champion, folder.champion());
        requireSameTask(bundle);
        try (TrainableModel model = TrainableModel.load(bundle.folder(), config.sessions())) {
            Teacher teacher = new Teacher(model);
            boolean adapted = teacher.adapt(material.unlabeled(), round.seed(ADAPT));
            Path moved = folder.model(Candidate.BATCH_NORM);
            TrainableFiles.write(bundle.folder(), model, moved);
            float[] probabilities = answers.to(new TeacherAnswers.Question(
                    round.id(),
                    teacher,
                    bundle,
                    moved.resolve(TrainableFiles.VARIABLES),
                    material,
                    config.mixedPrecision()));
            PseudoLabels labels = config.labels().apply(model.classifier().classes(), probabilities);
            folder.write(layOut(round, bundle, model, adapted, folder.model(Candidate.SCRATCH)));
            return labels;
        }
    }

    /** The configured candidates that this model in service allows; where none is, one that always is possible. */
    private List<Candidate> layOut(
            Round round, ModelBundle champion, TrainableModel teacher, boolean adapted, Path scratch)
            throws IOException {
        boolean sameNetwork = config.keepsArchitecture(champion.descriptor().architecture());
        List<Candidate> candidates = new ArrayList<>();
        for (Candidate candidate : config.candidates()) {
            boolean possible = switch (candidate) {
                case LABELS -> true;
                case SCRATCH -> !sameNetwork || teacher.canInitialize();
                case BATCH_NORM -> adapted;
                case STUDENT -> sameNetwork;
                case CONSISTENCY -> sameNetwork && teacher.canTeach();
            };
            if (possible) {
                candidates.add(candidate);
            }
        }
        if (candidates.isEmpty()) {
            candidates.add(sameNetwork && !teacher.canInitialize() ? Candidate.STUDENT : Candidate.SCRATCH);
        }
        if (candidates.contains(Candidate.SCRATCH) || !sameNetwork) {
            writeScratch(round, champion, teacher, sameNetwork, scratch);
        }
        return candidates;
    }

    /** Draws the weights last, for the teacher's are lost by it. */
    private void writeScratch(
            Round round, ModelBundle champion, TrainableModel teacher, boolean sameNetwork, Path scratch)
            throws IOException {
        if (sameNetwork) {
            teacher.initialize(round.seed(INITIALIZE));
            TrainableFiles.write(champion.folder(), teacher, scratch);
        } else {
            String architecture =
                    config.studentArchitecture(champion.descriptor().architecture());
            TrainableModelWriter.write(spec(architecture), round.seed(INITIALIZE), scratch);
        }
    }

    private PseudoLabels withoutTeacher(Round round, RoundFolder folder) throws IOException {
        Path first = folder.model(Candidate.SCRATCH);
        if (config.initialModel().isPresent()) {
            takeBrought(config.initialModel().get(), first);
        } else {
            writeFirst(round, first);
        }
        folder.write(List.of(Candidate.SCRATCH));
        return new PseudoLabels(labeledSet.classes().size(), new float[0], new int[0]);
    }

    private void writeFirst(Round round, Path first) throws IOException {
        TrainableModelSpec spec = spec(config.initialArchitecture());
        if (config.initFrom().isPresent()) {
            Backbone.writeModel(spec, round.seed(INITIALIZE), config.initFrom().get(), first);
        } else {
            TrainableModelWriter.write(spec, round.seed(INITIALIZE), first);
        }
    }

    private void takeBrought(Path brought, Path target) throws IOException {
        try (TrainableModel model = TrainableModel.load(brought, config.sessions())) {
            Classifier takes = model.classifier();
            ImageShape shape = new ImageShape(takes.height(), takes.width(), takes.channels());
            if (!shape.equals(labeledSet.shape())
                    || takes.classes() != labeledSet.classes().size()) {
                throw new IOException("The model in " + brought + " takes " + shape + " images of " + takes.classes()
                        + " classes, and the labeled set has " + labeledSet.shape() + " images of "
                        + labeledSet.classes().size());
            }
            TrainableFiles.write(brought, model, target);
        }
    }

    private TrainableModelSpec spec(String architecture) {
        return config.network(
                architecture, labeledSet.shape(), labeledSet.classes().size());
    }

    private void requireSameTask(ModelBundle champion) throws IOException {
        if (!champion.descriptor().classes().equals(labeledSet.classes())
                || !champion.descriptor().input().equals(labeledSet.shape())) {
            throw new IOException(
                    "The model in service takes " + champion.descriptor().input() + " images of "
                            + champion.descriptor().classes() + ", and the labeled set has " + labeledSet.shape()
                            + " images of " + labeledSet.classes() + ": a model under another name would fit it");
        }
    }

    private Map<String, Integer> byName(PseudoLabels labels) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        int[] kept = labels.keptByClass();
        for (int label = 0; label < kept.length; label++) {
            counts.put(labeledSet.classes().get(label), kept[label]);
        }
        return counts;
    }
}
