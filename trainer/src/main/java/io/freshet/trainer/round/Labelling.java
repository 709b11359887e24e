package io.freshet.trainer.round;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.round.RoundStep.Labelled;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.PseudoLabels;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.registry.ModelRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The first step of a round: the teacher labels the stream, and the student is laid out. */
final class Labelling {

    private static final int ADAPT = 1;
    private static final int INITIALIZE = 2;

    private final RoundConfig config;
    private final LabeledSet labeledSet;
    private final ModelRegistry registry;

    Labelling(RoundConfig config, LabeledSet labeledSet, ModelRegistry registry) {
        this.config = config;
        this.labeledSet = labeledSet;
        this.registry = registry;
    }

    Labelled run(Round round, RoundFolder folder, Material material) throws IOException {
        folder.clear();
        PseudoLabels labels = round.snapshot().champion().isPresent()
                ? withTeacher(round, round.snapshot().champion().get(), folder, material)
                : withoutTeacher(round, folder);
        folder.write(labels);
        return new Labelled(
                material.labeled().size(),
                material.unlabeled().size(),
                labels.keptCount(),
                labels.meanConfidence(),
                byName(labels));
    }

    private PseudoLabels withTeacher(Round round, ModelVersion champion, RoundFolder folder, Material material)
            throws IOException {
        ModelBundle bundle = registry.fetch(champion, folder.champion());
        requireSameTask(bundle);
        try (TrainableModel model = TrainableModel.load(bundle.folder(), SessionOptions.forTraining())) {
            Teacher teacher = new Teacher(model);
            teacher.adapt(material.unlabeled(), round.seed(ADAPT));
            PseudoLabels labels = teacher.label(material.unlabeled(), config.labels());
            layOutStudent(round, bundle, model, folder.student());
            return labels;
        }
    }

    private PseudoLabels withoutTeacher(Round round, RoundFolder folder) throws IOException {
        writeNew(config.initialArchitecture(), round, folder.student());
        return new PseudoLabels(labeledSet.classes().size(), new float[0], new int[0]);
    }

    private void layOutStudent(Round round, ModelBundle champion, TrainableModel teacher, Path student)
            throws IOException {
        if (!config.keepsArchitecture(champion.descriptor().architecture())) {
            writeNew(config.studentArchitecture(), round, student);
            return;
        }
        if (config.start() == RoundConfig.Start.SCRATCH) {
            teacher.initialize(round.seed(INITIALIZE));
        }
        TrainableFiles.write(champion.folder(), teacher, student);
    }

    private void writeNew(String architecture, Round round, Path target) throws IOException {
        ImageShape shape = labeledSet.shape();
        TrainableModelSpec spec = new TrainableModelSpec(
                Architecture.named(architecture),
                shape.height(),
                shape.width(),
                shape.channels(),
                labeledSet.classes().size(),
                config.mirror());
        TrainableModelWriter.write(spec, round.seed(INITIALIZE), target);
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
