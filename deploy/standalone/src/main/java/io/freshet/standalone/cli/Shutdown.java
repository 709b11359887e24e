package io.freshet.standalone.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits for the signal to stop (Ctrl-C, SIGTERM), and lets the command that waits close what it has opened before the
 * process ends.
 */
final class Shutdown {

    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(45);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private static volatile boolean asked;

    private Shutdown() {}

    /** Whether the process has been told to stop: it then ends when its main thread does, which must not exit. */
    static boolean isAsked() {
        return asked;
    }

    /**
     * Does some work, whose thread is interrupted when the process is told to stop, and gets the time to end it in order.
     *
     * @return what it gave; empty if it was interrupted
     */
    static <T> Optional<T> interrupting(Callable<T> work) throws Exception {
        Thread worker = Thread.currentThread();
        Thread hook = new Thread(
                () -> {
                    asked = true;
                    worker.interrupt();
                    try {
                        worker.join(TIME_TO_CLOSE);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Optional<T> result = Optional.of(work.call());
            Runtime.getRuntime().removeShutdownHook(hook);
            return result;
        } catch (Exception e) {
            if (asked) {
                return Optional.empty(); // whatever the interrupt has met
            }
            Runtime.getRuntime().removeShutdownHook(hook);
            throw e;
        }
    }

    /** Returns when the process is told to stop. */
    static void await() throws InterruptedException {
        awaitWhile(() -> true);
    }

    /**
     * Returns when the process is told to stop, or something is over by itself.
     *
     * @return whether the process was told to stop
     */
    static boolean awaitWhile(BooleanSupplier goesOn) throws InterruptedException {
        CountDownLatch signal = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Thread hook = new Thread(
                () -> {
                    asked = true;
                    signal.countDown();
                    try {
                        main.join(TIME_TO_CLOSE);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        while (goesOn.getAsBoolean()) {
            if (signal.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        return false;
    }
}
