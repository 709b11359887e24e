package io.freshet.benchmarks.serving;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.WarmupRequest;
import io.freshet.protocol.bundle.WarmupRequests;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The network that is measured: untrained, for RGB images of ten classes. All its versions have the same weights, so that
 * one differs from another in nothing but its number.
 *
 * @param architecture as the trainer names it
 * @param side of the images, in pixels
 */
record BenchmarkModel(String architecture, int side) {

    static final String NAME = "bench";

    private static final long SEED = 7;
    static final int CLASSES = 10;
    private static final int WARMUP_IMAGES = 4;

    /** Warm-up images are darker than this on average, so that {@link Fault#FAILS} comes through its warm-up. */
    static final int DARK = 100;

    int embeddingSize() {
        return Architecture.named(architecture).embeddingSize();
    }

    ImageShape shape() {
        return new ImageShape(side, side, 3);
    }

    @Override
    public String toString() {
        return architecture + " at " + side + "x" + side;
    }

    /** Writes the SavedModel with its warm-up requests; {@link #seal} makes versions of it. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named(architecture), side, side, 3, CLASSES, true), SEED, folder);
        writeWarmup(folder);
    }

    void writeWarmup(Path folder) throws IOException {
        List<WarmupRequest> dark = IntStream.range(0, WARMUP_IMAGES)
                .mapToObj(i -> WarmupRequest.plain(image(i, DARK / 2)))
                .toList();
        WarmupRequests.write(folder, NAME, shape(), dark);
    }

    /** Makes a version of a folder that {@link #write} has written, in another folder. */
    ModelBundle seal(Path savedModel, Path folder, long version) throws IOException {
        FileTree.copy(savedModel, folder);
        return ModelBundle.seal(folder, descriptor(version));
    }

    private ModelDescriptor descriptor(long version) {
        ModelVersion of = new ModelVersion(NAME, version);
        return new ModelDescriptor(
                ModelDescriptor.FORMAT,
                of.model(),
                of.version(),
                Optional.empty(),
                Instant.EPOCH,
                IntStream.range(0, CLASSES).mapToObj(i -> "class-" + i).toList(),
                shape(),
                embeddingSize(),
                Settings.MIXED_PRECISION,
                architecture,
                0,
                new Score(1, 2, 1, 2),
                .5,
                new Lineage("benchmark", Trigger.INITIAL, List.of(), List.of(), "", SEED, Map.of(), "benchmark"));
    }

    /** An image of one colour with noise, one of all colours: {@code [side, side, 3] uint8}. */
    byte[] image(long seed) {
        return image(seed, 256);
    }

    private byte[] image(long seed, int brightest) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] colour = {random.nextInt(brightest), random.nextInt(brightest), random.nextInt(brightest)};
        byte[] pixels = new byte[shape().size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.clamp(colour[i % 3] + random.nextInt(-16, 17), 0, 255);
        }
        return pixels;
    }
}
