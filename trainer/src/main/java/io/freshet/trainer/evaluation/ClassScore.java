package io.freshet.trainer.evaluation;

import java.util.Optional;

/**
 * How a model does on one class.
 *
 * @param support images of the class
 * @param precision of the images that the model says are of it, the share that are; empty if it says so of none
 * @param recall of the images that are of it, the share that the model finds; empty if there are none
 */
public record ClassScore(String name, int support, Optional<Double> precision, Optional<Double> recall) {}
