package io.freshet.serving.rollout;

/** What to do with a version on trial. */
public sealed interface Verdict {

    /** Not enough was seen yet. */
    record Wait() implements Verdict {}

    /** Nothing speaks against it: the next stage, or full service. */
    record Advance() implements Verdict {}

    /** @param why for people */
    record Withdraw(String why) implements Verdict {}
}
