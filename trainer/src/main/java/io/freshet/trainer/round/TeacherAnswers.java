package io.freshet.trainer.round;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.Teacher;
import java.io.IOException;
import java.nio.file.Path;

/** Has a teacher's answers to all of a round's unlabeled images given, by whomever. */
@FunctionalInterface
public interface TeacherAnswers {

    /**
     * What is asked of a teacher.
     *
     * @param teacher the version in service, its statistics moved
     * @param champion the same as it was, as the store has it
     * @param variables folder of the teacher's variables, its statistics moved
     * @param mixedPrecision whether it runs with mixed precision
     */
    record Question(
            String roundId,
            Teacher teacher,
            ModelBundle champion,
            Path variables,
            Material material,
            boolean mixedPrecision) {

        public ModelVersion model() {
            return champion.descriptor().modelVersion();
        }

        public int classes() {
            return champion.descriptor().classes().size();
        }
    }

    /**
     * The probabilities of all images.
     *
     * @return {@code [images, classes]}, row by row
     * @throws IOException if the disk fails
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    float[] to(Question question) throws IOException, InterruptedException;

    /** By the teacher that is at hand. */
    static TeacherAnswers here() {
        return question -> question.teacher()
                .probabilities(
                        question.material().unlabeled(),
                        0,
                        question.material().unlabeled().size());
    }
}
