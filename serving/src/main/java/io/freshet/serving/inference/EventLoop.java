package io.freshet.serving.inference;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * The event loop of a connection: what touches the connection runs there. Thread safe.
 *
 * @param turns runs a step in a turn of its own
 * @param isCurrent whether the calling thread is the loop's
 */
public record EventLoop(Executor turns, BooleanSupplier isCurrent) implements Executor {

    /** Runs a step in a turn of its own. */
    @Override
    public void execute(Runnable step) {
        turns.execute(step);
    }

    /** Runs a step in this turn if the caller is on the loop, else in one of its own. */
    public void executeNow(Runnable step) {
        if (isCurrent.getAsBoolean()) {
            step.run();
        } else {
            execute(step);
        }
    }
}
