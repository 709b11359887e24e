package io.freshet.serving.model;

/** Which of a model's versions shall answer. */
public sealed interface Selector {

    /** The one in service; where one is on trial, it may be that. */
    record InService() implements Selector {}

    record Version(long version) implements Selector {}

    /** @param label as {@link io.freshet.protocol.ServingPolicy} has it, or {@code canary} */
    record Label(String label) implements Selector {}
}
