package io.freshet.trainer.gate;

import io.freshet.trainer.evaluation.Verdicts;
import java.util.Optional;

/**
 * What was measured of a student.
 *
 * @param audit on the audit sample
 * @param anchor on the anchor
 * @param calibrationError expected calibration error on the audit sample; NaN where that is empty
 * @param champion the model in service, absent before the first
 */
public record Evidence(Verdicts audit, Verdicts anchor, double calibrationError, Optional<Champion> champion) {

    /**
     * The model in service, on the same images.
     *
     * @param bestAnchorError the lowest error on the anchor of it and its parents
     * @param latency of both, where their networks differ
     */
    public record Champion(
            Verdicts audit,
            Verdicts anchor,
            double bestAnchorError,
            double calibrationError,
            Optional<Latencies> latency) {}

    /**
     * Medians of a single image, measured by turns.
     *
     * @param student in milliseconds
     * @param champion in milliseconds
     */
    public record Latencies(double student, double champion) {}
}
