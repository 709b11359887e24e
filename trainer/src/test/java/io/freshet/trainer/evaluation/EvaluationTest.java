package io.freshet.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {

    private static final List<String> CLASSES = List.of("cat", "dog", "eel");
    private static final Offset<Double> EXACTLY = within(1e-6);

    /** Two cats, one of them taken for a dog; three dogs, all found; nothing is said to be an eel, and none is. */
    private static final Answers ANSWERS = new Answers(
            List.of(0, 0, 1, 1, 1),
            new float[][] {{.8f, .1f, .1f}, {.3f, .6f, .1f}, {.2f, .7f, .1f}, {0, 1, 0}, {.05f, .9f, .05f}},
            new float[5][1]);

    @Test
    void countsWhatIsTakenForWhat() {
        Evaluation evaluation = Evaluation.of(CLASSES, ANSWERS, Optional.empty());
        assertThat(evaluation.confusion()).containsExactly(List.of(1, 1, 0), List.of(0, 3, 0), List.of(0, 0, 0));
        assertThat(evaluation.perClass())
                .containsExactly(
                        new ClassScore("cat", 2, Optional.of(1.0), Optional.of(.5)),
                        new ClassScore("dog", 3, Optional.of(.75), Optional.of(1.0)),
                        new ClassScore("eel", 0, Optional.empty(), Optional.empty()));
        assertThat(evaluation.accuracy().share()).isEqualTo(.8);
        assertThat(evaluation.scaled()).isEmpty();
    }

    @Test
    void theIntervalIsWilsons() {
        // Newcombe, 1998, table I: 81 of 263, and 0 of 20.
        assertThat(Accuracy.of(81, 263).low()).isCloseTo(.2553, within(5e-5));
        assertThat(Accuracy.of(81, 263).high()).isCloseTo(.3662, within(5e-5));
        assertThat(Accuracy.of(0, 20).low()).isCloseTo(0, EXACTLY);
        assertThat(Accuracy.of(0, 20).high()).isCloseTo(.1611, within(5e-5));
    }

    @Test
    void theCalibrationErrorIsTheMeanGapOfTheBins() {
        // Each image is alone in its bin: gaps of .2, .6, .3, 0 and .1.
        Calibration calibration = Calibration.of(ANSWERS);
        assertThat(calibration.expectedCalibrationError()).isCloseTo((.2 + .6 + .3 + 0 + .1) / 5, EXACTLY);
        assertThat(calibration.negativeLogLikelihood())
                .isCloseTo(-(Math.log(.8) + Math.log(.3) + Math.log(.7) + Math.log(1) + Math.log(.9)) / 5, EXACTLY);
    }

    @Test
    void imagesOfOneBinAreTakenTogether() {
        Answers answers =
                new Answers(List.of(0, 1, 0), new float[][] {{.64f, .36f}, {.66f, .34f}, {1, 0}}, new float[3][1]);
        Calibration calibration = Calibration.of(answers);
        assertThat(calibration.reliability()).hasSize(15);
        assertThat(calibration.reliability().get(9).images()).isEqualTo(2); // (.6, .667]
        assertThat(calibration.reliability().get(9).accuracy()).contains(.5);
        assertThat(calibration.reliability().get(9).confidence().orElseThrow()).isCloseTo(.65, EXACTLY);
        assertThat(calibration.reliability().get(14).images()).isEqualTo(1);
        assertThat(calibration.expectedCalibrationError()).isCloseTo(2 * .15 / 3, EXACTLY);
    }

    @Test
    void theTemperatureIsTheOneThatMakesConfidenceTheShareThatIsRight() {
        // Always .98 sure, and right on 80 of 100: logits must shrink from log(.98/.02) to log(.8/.2).
        List<Integer> truths = new ArrayList<>();
        float[][] probabilities = new float[100][];
        for (int i = 0; i < 100; i++) {
            truths.add(i < 80 ? 0 : 1);
            probabilities[i] = new float[] {.98f, .02f};
        }
        Answers answers = new Answers(truths, probabilities, new float[100][1]);
        double temperature = Temperature.fit(answers);
        assertThat(temperature).isCloseTo(Math.log(49) / Math.log(4), within(1e-4));
        assertThat(Calibration.of(answers).expectedCalibrationError()).isCloseTo(.18, within(1e-6));
        Evaluation.Scaled scaled = Evaluation.of(List.of("a", "b"), answers, Optional.of(temperature))
                .scaled()
                .orElseThrow();
        assertThat(scaled.calibration().expectedCalibrationError()).isCloseTo(0, within(1e-4));
        assertThat(scaled.calibration().negativeLogLikelihood())
                .isLessThan(Calibration.of(answers).negativeLogLikelihood());
    }

    @Test
    void aTemperatureStaysWithinItsBoundsThoughAllIsRightOrSure() {
        Answers right = new Answers(List.of(0), new float[][] {{.9f, .1f}}, new float[1][1]);
        assertThat(Temperature.fit(right)).isBetween(.049, .06);
        Answers wrongAndSure = new Answers(List.of(1), new float[][] {{1, 0}}, new float[1][1]);
        assertThat(Temperature.fit(wrongAndSure)).isCloseTo(20, within(1e-4));
        assertThat(Calibration.of(wrongAndSure).negativeLogLikelihood()).isFinite();
    }

    @Test
    void aTemperatureChangesHowSureAModelIsAndNotWhatItSays() {
        assertThat(Temperature.soften(new float[] {.8f, .2f}, 1)).containsExactly(new double[] {.8, .2}, EXACTLY);
        assertThat(Temperature.soften(new float[] {.8f, .2f}, 2))
                .containsExactly(new double[] {2.0 / 3, 1.0 / 3}, EXACTLY);
        assertThat(Temperature.soften(new float[] {.8f, .2f}, .5))
                .containsExactly(new double[] {16.0 / 17, 1.0 / 17}, EXACTLY);
    }

    @Test
    void latencyIsReadOffByNearestRank() {
        long[] millis = new long[100];
        for (int i = 0; i < 100; i++) {
            millis[i] = (100 - i) * 1_000_000L;
        }
        assertThat(Latency.of(millis, new long[] {16_000_000})).isEqualTo(new Latency(50, 99, 2_000));
    }

    @Test
    void neighboursAgreeWhereClassesLieApart() {
        float[][] points = new float[24][];
        List<Integer> apart = new ArrayList<>();
        List<Integer> mixed = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            points[i] = new float[] {i % 2 * 100 + i, i};
            apart.add(i % 2);
            mixed.add(i / 2 % 2);
        }
        assertThat(Neighbors.agreement(points, apart)).isEqualTo(1);
        assertThat(Neighbors.agreement(points, mixed)).isBetween(.3, .7);
    }

    @Test
    void jsonHasTheNamesOfTheRecordsAndNullForWhatIsAbsent(@TempDir Path folder) throws Exception {
        Path file = folder.resolve(EvaluationJson.FILE);
        EvaluationJson.write(file, Evaluation.of(CLASSES, ANSWERS, Optional.of(2.0)));
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.at("/accuracy/right").asInt()).isEqualTo(4);
        assertThat(json.at("/confusion/0/1").asInt()).isEqualTo(1);
        assertThat(json.at("/perClass/2/recall").isNull()).isTrue();
        assertThat(json.at("/scaled/temperature").asDouble()).isEqualTo(2);
        assertThat(json.at("/calibration/reliability").size()).isEqualTo(15);
    }
}
