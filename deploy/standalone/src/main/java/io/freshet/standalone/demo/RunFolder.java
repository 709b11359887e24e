package io.freshet.standalone.demo;

import io.freshet.protocol.bundle.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where a run of the demo keeps what it makes; the last few runs are kept. */
public record RunFolder(Path root) {

    private static final int KEPT = 3;
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'run-'yyyyMMdd-HHmmss");

    /** Makes the folder of a run that begins now, and deletes those of old ones. */
    public static RunFolder begin(Path parent, Instant now, ZoneId zone) throws IOException {
        Files.createDirectories(parent);
        List<Path> newestFirst;
        try (Stream<Path> entries = Files.list(parent)) {
            newestFirst = entries.filter(path -> path.getFileName().toString().matches("run-[0-9]{8}-[0-9]{6}"))
                    .sorted(Comparator.<Path>naturalOrder().reversed())
                    .toList();
        }
        for (Path old : newestFirst.subList(Math.min(KEPT - 1, newestFirst.size()), newestFirst.size())) {
            FileTree.delete(old);
        }
        return new RunFolder(Files.createDirectories(
                parent.resolve(NAME.withZone(zone).format(now)).toAbsolutePath().normalize()));
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path models() {
        return root.resolve("models");
    }

    Path labeled() {
        return root.resolve("labeled");
    }

    Path anchor() {
        return root.resolve("anchor");
    }

    Path data(String service) {
        return root.resolve("data").resolve(service);
    }

    /** Where the log of this process lies. */
    public Path log() {
        return logs().resolve("demo.log");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path metrics() {
        return root.resolve("metrics");
    }

    Path plot() {
        return root.resolve("live-error.png");
    }

    Path summary() {
        return root.resolve("summary.txt");
    }
}
