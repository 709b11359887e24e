package io.freshet.trainer.tuning;

/**
 * What a setting was seen to do on the images that are held back.
 *
 * @param stage what was looked for
 * @param steps that it had taken
 * @param score Brier's, the lower the better
 * @param imagesPerSecond in its steps, beside whatever else the machine did: said, and never used to choose
 */
public record Attempt(String stage, Setting setting, int steps, BrierScore score, double imagesPerSecond) {}
