package io.freshet.benchmarks.learning;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The same network in tf.keras, in a Python process that works when it is told to. The caller closes it. */
final class KerasPeer implements AutoCloseable {

    private static final String SCRIPT = "throughput_keras.py";

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;

    private KerasPeer(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts it, and waits until its functions are compiled.
     *
     * @param python of an installation with TensorFlow and Keras
     * @param shape architecture, side, channels, classes, and the batch sizes of training and labelling
     * @return empty if the script has no such network
     * @throws IOException if it does not start
     */
    static Optional<KerasPeer> start(Path python, Path scratch, List<String> shape) throws IOException {
        Path script = scratch.resolve(SCRIPT);
        try (InputStream in = Objects.requireNonNull(KerasPeer.class.getResourceAsStream(SCRIPT))) {
            Files.write(script, in.readAllBytes());
        }
        List<String> command = Stream.concat(Stream.of(python.toString(), script.toString()), shape.stream())
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(scratch.resolve("keras.log").toFile());
        builder.environment().put("CUDA_VISIBLE_DEVICES", "");
        KerasPeer peer = new KerasPeer(builder.start());
        String first = peer.answers.readLine();
        if ("ready".equals(first)) {
            return Optional.of(peer);
        }
        peer.close();
        if ("none".equals(first)) {
            return Optional.empty();
        }
        throw new IOException("tf.keras does not start: " + Files.readString(scratch.resolve("keras.log")));
    }

    /** How fast {@code train} or {@code label} is over so many seconds. */
    Rate rate(String way, double seconds) throws IOException {
        orders.write(way + " " + seconds + "\n");
        orders.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("tf.keras has ended");
        }
        String[] figures = answer.split(" ", 2);
        return new Rate(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
