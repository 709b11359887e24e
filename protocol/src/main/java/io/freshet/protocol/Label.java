package io.freshet.protocol;

import java.time.Instant;

/**
 * What a person said that an image shows.
 *
 * @param label the class, by name
 * @param labeler who said so
 */
public record Label(ImageId id, String label, String labeler, Instant labeledAt) {}
