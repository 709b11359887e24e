package io.freshet.benchmarks;

import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
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
import org.openjdk.jmh.annotations.Warmup;

/** What the checks of an image cost beside unpacking it: {@link #freshet} over {@link #imageIo}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls encode first
public class DecodeBenchmark {

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    @Param({"png", "jpg"})
    private String format;

    @Param({"32", "224"})
    private int side;

    private byte[] encoded;

    /** Smooth shapes and some noise, so that it packs as a photograph does. */
    @Setup
    public void encode() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int wave = (int) (100 + 80 * Math.sin(6.0 * x / side) * Math.cos(9.0 * y / side)) + random.nextInt(12);
                image.setRGB(x, y, wave << 16 | (255 - wave) << 8 | wave / 2);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        encoded = out.toByteArray();
    }

    @Benchmark
    public DecodeResult freshet() {
        return decoder.decode(encoded);
    }

    /** The same library without Freshet's checks, to the same pixels. */
    @Benchmark
    public int[] imageIo() throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded));
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }
}
