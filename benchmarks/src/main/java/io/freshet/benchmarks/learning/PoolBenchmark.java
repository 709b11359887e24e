package io.freshet.benchmarks.learning;

import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.data.MaterialCollector;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.MixedBatches;
import io.freshet.trainer.learning.PseudoLabels;
import io.freshet.trainer.model.TrainingBatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the memory of what a round learns from. */
@Command(
        name = "pool",
        mixinStandardHelpOptions = true,
        description = {
            "Measure the memory that a round's images take beside the model: gathered as from Kafka, with their ids,"
                    + " places and fingerprints, labelled, and drawn from in batches. Linux only, for it reads"
                    + " /proc/self/status.",
            "Give the JVM a heap that bounds it, such as -Xmx1500m. Writes Markdown to the standard output."
        })
public final class PoolBenchmark implements Callable<Integer> {

    private static final int CLASSES = 10;
    private static final int BATCH = 64;

    @Option(names = "--images", defaultValue = "1000000", description = "Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(names = "--side", defaultValue = "32", description = "In pixels, of RGB (default: ${DEFAULT-VALUE}).")
    private int side;

    @Option(names = "--batches", defaultValue = "20000", description = "Drawn (default: ${DEFAULT-VALUE}).")
    private int batches;

    @Option(names = "--on-heap", description = "Keep all images on the heap, to compare.")
    private boolean onHeap;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PoolBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "pool-");
        try {
            System.out.println("| after | heap in use, MiB | anonymous, MiB | of the mapped file, MiB |");
            System.out.println("|---|---|---|---|");
            report("start");
            Material material = gather(onHeap ? Optional.empty() : Optional.of(folder));
            report("gathering " + material.unlabeled().size() + " images");
            PseudoLabels labels = new LabelPolicy(.7, .3, .5)
                    .apply(CLASSES, answers(material.unlabeled().size()));
            report("labelling");
            long begun = System.nanoTime();
            draw(material, labels);
            report("drawing " + batches + " batches of " + BATCH);
            System.err.printf(
                    Locale.ROOT, "A batch took %.0f microseconds%n", (System.nanoTime() - begun) / 1e3 / batches);
            return labels.count() == material.unlabeled().size() ? 0 : 1;
        } finally {
            FileTree.delete(folder);
        }
    }

    private Material gather(Optional<Path> overflow) {
        ImageShape shape = new ImageShape(side, side, 3);
        LabeledImages labeled = new LabeledImages(shape.size());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < CLASSES; i++) {
            PixelImage image = image(random);
            labeled.add(image.id(), image.toModelInput(side, side, 3), i);
        }
        LabeledSet set = new LabeledSet(
                IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList(),
                shape,
                labeled,
                new LabeledImages(shape.size()));
        MaterialCollector collector = new MaterialCollector(set, true, overflow);
        for (int i = 0; i < images; i++) {
            PixelImage image = image(random);
            if (collector.isNew(image.id())) {
                collector.addUnlabeled(image.id(), image.toModelInput(side, side, 3), new TopicPosition(i % 4, i));
            }
        }
        return collector.material(0);
    }

    private PixelImage image(SplittableRandom random) {
        byte[] pixels = new byte[side * side * 3];
        random.nextBytes(pixels);
        return new PixelImage(side, side, pixels);
    }

    private static float[] answers(int count) {
        float[] rows = new float[count * CLASSES];
        for (int i = 0; i < count; i++) {
            rows[i * CLASSES + i % CLASSES] = 1;
        }
        return rows;
    }

    private void draw(Material material, PseudoLabels labels) {
        MixedBatches source =
                new MixedBatches(new LabeledBatches(material.labeled(), 0), material.unlabeled(), labels, .5, .5);
        TrainingBatch batch = new TrainingBatch(BATCH, material.unlabeled().imageSize(), CLASSES);
        for (int i = 0; i < batches; i++) {
            source.fill(batch, new SplittableRandom(i));
        }
    }

    private static void report(String after) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %,d | %,d |%n",
                after,
                used >> 20,
                kilobytes(status, "RssAnon") >> 10,
                (kilobytes(status, "RssFile") + kilobytes(status, "RssShmem")) >> 10);
    }

    private static long kilobytes(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
