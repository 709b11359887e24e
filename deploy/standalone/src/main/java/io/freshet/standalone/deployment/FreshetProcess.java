package io.freshet.standalone.deployment;

import io.freshet.standalone.cli.Freshet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The {@code freshet} program in a process of its own, with this process's Java and class path. Thread safe. Who started it
 * stops it.
 */
public final class FreshetProcess {

    private final Process process;

    private FreshetProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it; returns before it answers.
     *
     * @param options of Java, as in {@code -Xmx512m}
     * @param log file to which what it prints is added
     * @param arguments of the command line
     */
    public static FreshetProcess start(List<String> options, Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+ExitOnOutOfMemoryError"));
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Freshet.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putIfAbsent("TF_CPP_MIN_LOG_LEVEL", "2"); // TensorFlow tells of each file that it reads
        return new FreshetProcess(builder.start());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** @throws IllegalThreadStateException if it has not ended */
    public int exitCode() {
        return process.exitValue();
    }

    /** Tells it to stop, as {@code kill} does; returns at once. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Waits until it has ended.
     *
     * @return the exit code; empty if it has not ended in time
     */
    public OptionalInt awaitEnd(Duration timeout) throws InterruptedException {
        return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** Kills it, as {@code kill -9} does; returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Tells it to stop, and kills it if it has not ended in time. */
    void stop(Duration timeout) {
        terminate();
        try {
            if (awaitEnd(timeout).isEmpty()) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
