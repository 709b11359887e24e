package io.freshet.serving.inference;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** The event loop of a connection: what touches the connection runs there. Thread safe. */
public record EventLoop(Context context) implements Executor {

    /** That of the calling thread, which must be one. */
    public static EventLoop current() {
        return new EventLoop(Vertx.currentContext());
    }

    /** Runs a step in a turn of its own. */
    @Override
    public void execute(Runnable step) {
        context.runOnContext(turn -> step.run());
    }

    /** Runs a step in this turn if the caller is on the loop, else in one of its own. */
    public void executeNow(Runnable step) {
        if (context.equals(Vertx.currentContext())) {
            step.run();
        } else {
            execute(step);
        }
    }
}
