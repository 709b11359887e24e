package io.freshet.serving.rollout;

import java.time.Duration;

/**
 * What was seen in a stage so far.
 *
 * @param elapsed since the stage began
 * @param compared images that both versions answered
 * @param agreed of them, those to which both gave the same class
 */
public record Measured(Stage stage, Duration elapsed, Side inService, Side candidate, long compared, long agreed) {

    /**
     * Of one version.
     *
     * @param requests answered
     * @param failures requests that were not, for whatever reason but want of room
     * @param images answered
     * @param unsure of them
     * @param topClass images in the class answered most often
     * @param medianTime of an answer; zero before the first
     */
    public record Side(long requests, long failures, long images, long unsure, long topClass, Duration medianTime) {

        double failureShare() {
            return failures == 0 ? 0 : (double) failures / (failures + requests);
        }

        double unsureShare() {
            return images == 0 ? 0 : (double) unsure / images;
        }

        double topClassShare() {
            return images == 0 ? 0 : (double) topClass / images;
        }
    }

    double agreement() {
        return compared == 0 ? 1 : (double) agreed / compared;
    }
}
