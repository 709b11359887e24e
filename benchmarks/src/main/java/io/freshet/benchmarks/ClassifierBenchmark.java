package io.freshet.benchmarks;

import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.engine.SavedModel;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a batch costs the engine, on one thread: batches are worth waiting for as far as the time an image falls. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls load first
public class ClassifierBenchmark {

    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    @Param({"1", "4", "16", "64"})
    private int batch;

    @Param({"residual-16"})
    private String architecture;

    private Path folder;
    private SavedModel model;
    private Classifier classifier;
    private ByteBuffer images;

    @Setup
    public void load() throws IOException {
        folder = Files.createTempDirectory("freshet-benchmark");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named(architecture), SIDE, SIDE, 1, CLASSES, true), 1, folder);
        model = SavedModel.load(folder, SessionOptions.forServing(1));
        classifier = new Classifier(model);
        byte[] pixels = new byte[batch * classifier.imageSize()];
        new SplittableRandom(1).nextBytes(pixels);
        images = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
    }

    @TearDown
    public void close() throws IOException {
        model.close();
        FileTree.delete(folder);
    }

    @Benchmark
    public Classifications classify() {
        return classifier.classify(images.duplicate(), batch);
    }
}
