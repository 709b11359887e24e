package io.freshet.trainer.round;

import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.PseudoLabels;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** What a round keeps on disk, so that it can go on after its trainer has died. */
final class RoundFolder {

    private final Path root;

    RoundFolder(Path root) {
        this.root = root;
    }

    /** The bundle of the model in service. */
    Path champion() {
        return root.resolve("champion");
    }

    /** The student as a trainable SavedModel, with the weights that it begins from. */
    Path student() {
        return root.resolve("student");
    }

    /** The control likewise. */
    Path control() {
        return root.resolve("control");
    }

    Checkpoints studentCheckpoints() {
        return new Checkpoints(root.resolve("student-checkpoints"));
    }

    Checkpoints controlCheckpoints() {
        return new Checkpoints(root.resolve("control-checkpoints"));
    }

    /** The student's bundle, while it is made. */
    Path bundle() {
        return root.resolve("bundle");
    }

    /** Forgets all, to begin again. */
    void clear() throws IOException {
        FileTree.delete(root);
        Files.createDirectories(root);
    }

    void write(PseudoLabels labels) throws IOException {
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

    /** Whether the labelling step has left all that training needs. */
    boolean isLabelled() {
        return Files.exists(pseudoLabels()) && Files.exists(student().resolve("saved_model.pb"));
    }

    /** Whether the training step has left what judging needs. */
    boolean isTrained() {
        return isLabelled() && studentCheckpoints().exist();
    }

    private Path pseudoLabels() {
        return root.resolve("pseudo-labels");
    }
}
