package io.freshet.protocol.round;

/**
 * What a candidate for the student was seen to do after so many steps.
 *
 * @param candidate by its name
 * @param score on the images that choose, which are not those that judge at the gate
 */
public record Trial(String candidate, int steps, Score score) {}
