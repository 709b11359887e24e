package io.freshet.protocol;

/** A partition and an offset in it, of the topic that the context names. */
public record TopicPosition(int partition, long offset) {}
