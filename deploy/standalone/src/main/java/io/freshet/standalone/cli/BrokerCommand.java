package io.freshet.standalone.cli;

import io.freshet.kafka.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one Kafka broker, for development. */
@Command(
        name = "broker",
        description = "Run one Kafka broker on this machine, for development: no cluster, one copy of each record.")
final class BrokerCommand implements Callable<Integer> {

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            defaultValue = "data/kafka",
            description = "Where its records lie (default: ${DEFAULT-VALUE}).")
    private Path folder = Path.of("data", "kafka");

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port on 127.0.0.1; by default the one that the folder had before, or else a free one.")
    private int port;

    @Override
    public Integer call() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, port, Map.of())) {
            System.out.println("Kafka answers at " + broker.bootstrapServers() + ", its records lie in "
                    + folder.toAbsolutePath());
            Shutdown.await();
        }
        return 0;
    }
}
