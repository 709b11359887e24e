package io.freshet.benchmarks.ingest;

import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.kafka.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What memory and local state ingest takes along a stream of small images, no two alike, with what it is set to by itself:
 * of this process, for broker and producer have one of their own, and what became of the images. Prints a table in
 * Markdown.
 *
 * <pre>
 * MemoryBenchmark [IMAGES]
 * </pre>
 *
 * <p>A million images by default. Needs Linux.
 */
public final class MemoryBenchmark {

    private static final int IMAGES = 1_000_000;
    private static final int THREADS = 2;
    private static final List<Integer> SHOWN = List.of(10_000, 50_000, 100_000, 200_000, 500_000, 750_000, IMAGES);
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final double MEBI = 1 << 20;

    private MemoryBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int images = arguments.length == 0 ? IMAGES : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("freshet-benchmark");
        try (TrafficProcess traffic = TrafficProcess.start(folder.resolve("kafka"), images);
                WholeTopology ingest =
                        WholeTopology.start(KafkaConnection.to(traffic.bootstrapServers()), folder, THREADS)) {
            System.out.println("| images | kept | copies | near copies | over budget | refused | heap in use, MiB"
                    + " | resident, MiB | local state, MiB | seconds |");
            System.out.println("|---|---|---|---|---|---|---|---|---|---|");
            long began = System.nanoTime();
            for (int mark : SHOWN.stream().filter(mark -> mark <= images).toList()) {
                ThroughKafka.await(ingest, mark);
                System.out.println(String.format(
                        Locale.ROOT,
                        "| %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.1f | %.0f |",
                        ingest.done(),
                        ingest.kept(),
                        ingest.count("duplicate"),
                        ingest.count("near-duplicate"),
                        ingest.count("over-budget"),
                        ingest.count("refused"),
                        heap() / MEBI,
                        resident() / MEBI,
                        size(folder.resolve("state")) / MEBI,
                        (System.nanoTime() - began) / 1e9));
            }
        } finally {
            FileTree.delete(folder);
        }
        System.exit(0);
    }

    /** Of objects that are reached. */
    private static double heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static double resident() throws IOException {
        Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
        if (!resident.find()) {
            throw new IllegalStateException("Linux does not say how much of this process is resident");
        }
        return Long.parseLong(resident.group(1)) * 1024.0;
    }

    private static double size(Path folder) throws IOException {
        double sum = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += sizeOf(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return sum;
    }

    /** RocksDB deletes files while they are counted. */
    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
