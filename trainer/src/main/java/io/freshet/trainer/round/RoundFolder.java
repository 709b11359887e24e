package io.freshet.trainer.round;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.EvaluationJson;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.PseudoLabels;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.TrainableModel;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a round keeps on disk, so that it can go on after its trainer has died. */
final class RoundFolder {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;

    RoundFolder(Path root) {
        this.root = root;
    }

    /** The bundle of the model in service. */
    Path champion() {
        return root.resolve("champion");
    }

    /**
     * What a candidate begins from, as a trainable SavedModel. Those that begin from the teacher's weights share it; the
     * model in service with its statistics moved is the teacher itself.
     */
    Path model(Candidate candidate) {
        return switch (candidate) {
            case LABELS -> root.resolve("control");
            case BATCH_NORM, STUDENT, CONSISTENCY -> root.resolve("teacher");
            case SCRATCH -> root.resolve("scratch");
        };
    }

    Checkpoints checkpoints(Candidate candidate) {
        return new Checkpoints(root.resolve(candidate.label() + "-checkpoints"));
    }

    /** A candidate as far as it has been trained. The caller closes it. */
    TrainableModel load(Candidate candidate, SessionOptions options) {
        TrainableModel model = TrainableModel.load(model(candidate), options);
        checkpoints(candidate).restoreLatest(model);
        return model;
    }

    TrialLog openTrials() throws IOException {
        return TrialLog.open(root.resolve("trials"));
    }

    /** The student's bundle, while it is made. */
    Path bundle() {
        return root.resolve("bundle");
    }

    /** What judging saw of the student and of the model in service. */
    Path evaluation() {
        return root.resolve(EvaluationJson.FILE);
    }

    /** Forgets all, to begin again. */
    void clear() throws IOException {
        FileTree.delete(root);
        Files.createDirectories(root);
    }

    /**
     * Writes what the teacher said.
     *
     * @param material what it was said of: the labels stand for nothing else
     */
    void write(PseudoLabels labels, Material material) throws IOException {
        write("material", material.sha256());
        write(labels);
    }

    private void write(PseudoLabels labels) throws IOException {
        Path unfinished = root.resolve("pseudo-labels.unfinished");
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            out.writeInt(labels.classes());
            float[] distributions = labels.distributions();
            out.writeInt(distributions.length);
            for (float value : distributions) {
                out.writeFloat(value);
            }
            int[] kept = labels.kept();
            out.writeInt(kept.length);
            for (int image : kept) {
                out.writeInt(image);
            }
        }
        Files.move(unfinished, pseudoLabels(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    PseudoLabels readPseudoLabels() throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(pseudoLabels())))) {
            int classes = in.readInt();
            float[] distributions = new float[in.readInt()];
            for (int i = 0; i < distributions.length; i++) {
                distributions[i] = in.readFloat();
            }
            int[] kept = new int[in.readInt()];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = in.readInt();
            }
            return new PseudoLabels(classes, distributions, kept);
        }
    }

    /** Writes which candidates the round has. */
    void write(List<Candidate> candidates) throws IOException {
        write("candidates", candidates.stream().map(Candidate::label).collect(Collectors.joining("\n")));
    }

    List<Candidate> readCandidates() throws IOException {
        return Files.readAllLines(root.resolve("candidates")).stream()
                .map(Candidate::labelled)
                .toList();
    }

    /** Where the search for hyper-parameters keeps weights on its way. */
    Path search() {
        return root.resolve("search");
    }

    /** Writes how the first model is trained, for who goes on with the round. */
    void writeInitial(TrainingConfig found) throws IOException {
        write("initial.json", JSON.writeValueAsString(found));
    }

    Optional<TrainingConfig> readInitial() throws IOException {
        Path file = root.resolve("initial.json");
        return Files.exists(file)
                ? Optional.of(JSON.readValue(Files.readString(file), TrainingConfig.class))
                : Optional.empty();
    }

    /** Makes a candidate the student. */
    void choose(Candidate candidate) throws IOException {
        write("student", candidate.label());
    }

    /** The candidate that has become the student. */
    Candidate student() throws IOException {
        return Candidate.labelled(Files.readString(root.resolve("student")));
    }

    private void write(String name, String text) throws IOException {
        Path unfinished = root.resolve(name + ".unfinished");
        Files.writeString(unfinished, text);
        Files.move(unfinished, root.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whether the labelling step has left all that training needs, of that material and no other. */
    boolean isLabelled(Material material) throws IOException {
        Path of = root.resolve("material");
        return Files.exists(pseudoLabels())
                && Files.exists(root.resolve("candidates"))
                && Files.exists(of)
                && Files.readString(of).equals(material.sha256());
    }

    /** Whether the training step has left what judging needs, of that material and no other. */
    boolean isTrained(Material material) throws IOException {
        return isLabelled(material) && Files.exists(root.resolve("student"));
    }

    private Path pseudoLabels() {
        return root.resolve("pseudo-labels");
    }
}
