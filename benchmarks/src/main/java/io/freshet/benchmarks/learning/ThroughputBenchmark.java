package io.freshet.benchmarks.learning;

import com.sun.management.OperatingSystemMXBean;
import io.freshet.engine.NativeTensorFlow;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.MixedBatches;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.model.HyperParameters;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.model.TrainingBatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what training and labelling cost beside the network itself. */
@Command(
        name = "throughput",
        mixinStandardHelpOptions = true,
        description = {
            "Measure images a second of training and of teacher labelling: as a round does it; with one cached batch; the"
                    + " same graph run bare, without DJL; and the same network in tf.keras, where a Python has it. The"
                    + " ways take turns, and ratios are of turns beside one another.",
            "Writes Markdown to the standard output, and progress to the error output."
        })
public final class ThroughputBenchmark implements Callable<Integer> {

    private static final int CLASSES = 10;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final int WARM_UP = 3;

    /** By these names of the ways, in the order in which they take turns. */
    private static final String ROUND = "as in a round";

    private static final String CACHED = "one cached batch";
    private static final String BARE = "bare graph";
    private static final String KERAS = "tf.keras";

    @Option(
            names = "--architectures",
            split = ",",
            defaultValue = "residual-16,wide-residual-16-2,efficient-b0",
            description = "By their names (default: ${DEFAULT-VALUE}).")
    private List<String> architectures = List.of();

    @Option(names = "--side", defaultValue = "32", description = "Of images, in pixels (default: ${DEFAULT-VALUE}).")
    private int side;

    @Option(names = "--channels", defaultValue = "3", description = "1 or 3 (default: ${DEFAULT-VALUE}).")
    private int channels;

    @Option(names = "--batch", defaultValue = "64", description = "Images a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--pool", defaultValue = "50000", description = "Unlabeled images (default: ${DEFAULT-VALUE}).")
    private int pool;

    @Option(
            names = "--mixed-precision",
            description = "Compute in 16 bits what gains by it; the bare graph and tf.keras do not.")
    private boolean mixedPrecision;

    @Option(
            names = "--replicas",
            defaultValue = "1",
            description = "Of the network, among which a step shares its batch (default: ${DEFAULT-VALUE}).")
    private int replicas;

    @Option(names = "--turns", defaultValue = "7", description = "Of each way (default: ${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--seconds", defaultValue = "4", description = "A turn (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--python", paramLabel = "FILE", description = "A Python that has TensorFlow and Keras.")
    private @Nullable Path python;

    /** Takes a turn of so many seconds, and says how fast it was. */
    @FunctionalInterface
    private interface Way {

        Rate turn(double seconds) throws IOException;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ThroughputBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        NativeTensorFlow.ensureLoaded();
        ImagePool images = new ImagePool(side * side * channels);
        LabeledImages labeled = new LabeledImages(side * side * channels);
        SplittableRandom random = new SplittableRandom(1);
        byte[] image = new byte[side * side * channels];
        for (int i = 0; i < pool; i++) {
            random.nextBytes(image);
            images.add(image);
            if (i % 50 == 0) {
                labeled.add(new ImageId(String.format(Locale.ROOT, "%064x", i)), image, i % CLASSES);
            }
        }
        System.out.println("| architecture | work | way | images/s | of the bare graph | of one cached batch"
                + " | images/s on a processor | of the bare graph | of one cached batch |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (String architecture : architectures) {
            Path scratch = Files.createTempDirectory("freshet-throughput");
            try {
                measure(architecture, scratch, images, labeled);
            } finally {
                FileTree.delete(scratch);
            }
        }
        return 0;
    }

    private void measure(String architecture, Path scratch, ImagePool images, LabeledImages labeled)
            throws IOException {
        Path folder = scratch.resolve("model");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named(architecture), side, side, channels, CLASSES, true, replicas),
                1,
                folder);
        Optional<KerasPeer> keras = python == null
                ? Optional.empty()
                : KerasPeer.start(
                        python,
                        scratch,
                        List.of(
                                architecture,
                                Integer.toString(side),
                                Integer.toString(channels),
                                Integer.toString(CLASSES),
                                Integer.toString(batch),
                                Integer.toString(Teacher.BATCH)));
        try (TrainableModel model =
                        TrainableModel.load(folder, SessionOptions.forTraining().withMixedPrecision(mixedPrecision));
                BareGraph bare =
                        new BareGraph(folder, new int[] {side, side, channels}, CLASSES, batch, Teacher.BATCH)) {
            report(architecture, "training", training(model, bare, keras, images, labeled));
            report(architecture, "labelling", labelling(model, bare, keras, images));
        } finally {
            keras.ifPresent(KerasPeer::close);
        }
    }

    private Map<String, Way> training(
            TrainableModel model, BareGraph bare, Optional<KerasPeer> keras, ImagePool images, LabeledImages labeled) {
        BatchSource source = new MixedBatches(
                new LabeledBatches(labeled, 0),
                images,
                new LabelPolicy(1, 0, .5).apply(CLASSES, answers(images.size())),
                .5,
                .5);
        TrainingBatch cached = new TrainingBatch(batch, images.imageSize(), CLASSES);
        source.fill(cached, new SplittableRandom(1));
        TrainingBatch filled = new TrainingBatch(batch, images.imageSize(), CLASSES);
        HyperParameters parameters = new HyperParameters(.05, 5e-4, .99, new Noise(.3, .1, .05));
        int[] step = {0};
        Map<String, Way> ways = new LinkedHashMap<>();
        List<Double> filling = new ArrayList<>();
        ways.put(ROUND, time -> {
            Rate rate = rate(time, batch, () -> {
                long begun = System.nanoTime();
                source.fill(filled, new SplittableRandom(step[0]++));
                filling.add((System.nanoTime() - begun) / 1e3);
                model.step(filled, parameters, 1, step[0]);
            });
            System.err.printf(Locale.ROOT, "Filling a batch takes %.0f microseconds%n", median(filling));
            return rate;
        });
        ways.put(CACHED, time -> rate(time, batch, () -> model.step(cached, parameters, 1, step[0]++)));
        ways.put(BARE, time -> rate(time, batch, bare::step));
        keras.ifPresent(peer -> ways.put(KERAS, time -> peer.rate("train", time)));
        return ways;
    }

    /** Of a teacher that is sure of one class each, so that all are kept. */
    private static float[] answers(int images) {
        float[] rows = new float[images * CLASSES];
        for (int i = 0; i < images; i++) {
            rows[i * CLASSES + i % CLASSES] = 1;
        }
        return rows;
    }

    private Map<String, Way> labelling(
            TrainableModel model, BareGraph bare, Optional<KerasPeer> keras, ImagePool images) {
        Teacher teacher = new Teacher(model);
        ByteBuffer cached = ByteBuffer.allocateDirect(Teacher.BATCH * images.imageSize());
        for (int i = 0; i < Teacher.BATCH; i++) {
            images.copyTo(i, cached);
        }
        cached.flip();
        int chunk = 4 * Teacher.BATCH;
        int[] from = {0};
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put(
                ROUND,
                time -> rate(time, chunk, () -> {
                    teacher.probabilities(images, from[0], from[0] + chunk);
                    from[0] = (from[0] + chunk) % (images.size() - chunk + 1);
                }));
        ways.put(
                CACHED,
                time -> rate(time, Teacher.BATCH, () -> model.classifier().classify(cached, Teacher.BATCH)));
        ways.put(BARE, time -> rate(time, Teacher.BATCH, bare::label));
        keras.ifPresent(peer -> ways.put(KERAS, time -> peer.rate("label", time)));
        return ways;
    }

    private static Rate rate(double time, int images, Runnable work) {
        long begun = System.nanoTime();
        long processor = PROCESS.getProcessCpuTime();
        long done = 0;
        while (System.nanoTime() - begun < time * 1e9) {
            work.run();
            done += images;
        }
        return new Rate(
                done * 1e9 / (System.nanoTime() - begun), done * 1e9 / (PROCESS.getProcessCpuTime() - processor));
    }

    private void report(String architecture, String work, Map<String, Way> ways) throws IOException {
        for (Way way : ways.values()) {
            for (int i = 0; i < WARM_UP; i++) {
                way.turn(seconds / WARM_UP);
            }
        }
        Map<String, List<Rate>> rates = new LinkedHashMap<>();
        for (int turn = 0; turn < turns; turn++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                rates.computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                        .add(way.getValue().turn(seconds));
            }
            System.err.println(architecture + " " + work + " " + rates);
        }
        rates.forEach((way, own) -> System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %,.0f | %.2f | %.2f | %,.0f | %.2f | %.2f |%n",
                architecture,
                work,
                way,
                median(own.stream().map(Rate::perSecond).toList()),
                ratio(own, rates.getOrDefault(BARE, own), Rate::perSecond),
                ratio(own, rates.getOrDefault(CACHED, own), Rate::perSecond),
                median(own.stream().map(Rate::perProcessorSecond).toList()),
                ratio(own, rates.getOrDefault(BARE, own), Rate::perProcessorSecond),
                ratio(own, rates.getOrDefault(CACHED, own), Rate::perProcessorSecond)));
    }

    /** The median of the ratios of turns beside one another. */
    private static double ratio(List<Rate> own, List<Rate> other, ToDoubleFunction<Rate> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
            ratios.add(figure.applyAsDouble(own.get(i)) / figure.applyAsDouble(other.get(i)));
        }
        return median(ratios);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
                .average()
                .orElse(Double.NaN);
    }
}
