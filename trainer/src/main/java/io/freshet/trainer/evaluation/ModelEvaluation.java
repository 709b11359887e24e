package io.freshet.trainer.evaluation;

import java.util.Optional;

/**
 * All that was measured of a model.
 *
 * @param model its version, or the folder that it lies in
 * @param evaluation on images that judge
 * @param robustness on corrupted ones, if that was asked
 * @param latency on this machine, if that was asked
 * @param neighborAgreement of the penultimate layer ({@link Neighbors}), if that was asked
 */
public record ModelEvaluation(
        String model,
        Evaluation evaluation,
        Optional<Robustness> robustness,
        Optional<Latency> latency,
        Optional<Double> neighborAgreement) {}
