package io.freshet.trainer.labelling;

import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A labeller in a process of its own that takes a chunk and never comes to its end, to be killed in the middle. */
final class LabellerProcess {

    private LabellerProcess() {}

    /** Takes the brokers, the consumer group, a work folder, and a file that it makes when it has taken a chunk. */
    public static void main(String[] arguments) throws Exception {
        Path taken = Path.of(arguments[3]);
        LabellerService.start(
                new LabellingConfig(true, 250, arguments[1], Path.of(arguments[2])),
                KafkaConnection.to(arguments[0]),
                new FolderModelStore(Path.of(arguments[2])),
                Optional.of((chunk, labeller) -> {
                    touch(taken);
                    new CountDownLatch(1).await();
                    return Optional.empty();
                }),
                Duration.ofMinutes(5),
                new SimpleMeterRegistry());
    }

    private static void touch(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it on this JVM's class path; the caller kills it. */
    static Process start(String bootstrapServers, String group, Path work, Path taken) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LabellerProcess.class.getName(),
                        bootstrapServers,
                        group,
                        work.toString(),
                        taken.toString()))
                .inheritIO()
                .start();
    }
}
