package io.freshet.trainer.training;

import io.freshet.protocol.round.Trial;
import java.util.List;

/** How a call of training went. */
public record History(List<Curve> curves, List<RoundSummary> rounds) {

    public History {
        curves = List.copyOf(curves);
        rounds = List.copyOf(rounds);
    }

    /** The losses of one part, in the order of its steps. */
    public record Curve(String part, List<Point> points) {

        public Curve {
            points = List.copyOf(points);
        }
    }

    /**
     * A stretch of steps.
     *
     * @param step the last of them
     * @param loss mean over them
     * @param imagesPerSecond over them
     */
    public record Point(int step, double loss, double imagesPerSecond) {}

    /**
     * A round.
     *
     * @param kept unlabeled images that it learned from, of {@code unlabeled}
     * @param confidence mean, of the teacher
     * @param trials of candidates on the images that choose
     * @param chosen the candidate that did best
     * @param better whether it did better than what the round began from, and was taken
     */
    public record RoundSummary(
            int number,
            int unlabeled,
            int kept,
            double confidence,
            List<Trial> trials,
            String chosen,
            boolean better,
            String reason) {

        public RoundSummary {
            trials = List.copyOf(trials);
        }
    }
}
