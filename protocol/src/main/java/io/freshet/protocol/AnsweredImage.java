package io.freshet.protocol;

import java.time.Instant;

/**
 * Which image an answer was on, noted so that a label can find it later.
 *
 * @param eventId CloudEvents id of the image in {@link Topics#TRAFFIC}
 * @param model that answered, by name
 */
public record AnsweredImage(String eventId, ImageId id, String model, Instant answeredAt) {}
