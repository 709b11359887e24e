package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantileSketchTest {

    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void asLongAsThereIsRoomAllIsThereHoweverItCame() {
        double[] all = numbers(QuantileSketch.CAPACITY);
        QuantileSketch merged = merged(all, 7);

        assertThat(merged.count()).isEqualTo(all.length);
        assertThat(sorted(merged.values())).containsExactly(sorted(all));
        assertThat(merged.rankError()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2_049, 10_000, 300_001})
    void noRankIsWrongByMoreThanIsStated(int count) {
        double[] all = numbers(count);
        QuantileSketch merged = merged(all, 16);

        assertThat(merged.count()).isEqualTo(count);
        assertThat(merged.values()).hasSize(count);
        assertThat(largestDistance(sorted(all), sorted(merged.values())))
                .isLessThanOrEqualTo(merged.rankError() + 1e-9)
                .isLessThan(.005);
    }

    @Test
    void itsRoomIsBounded() {
        QuantileSketch sketch = merged(numbers(300_000), 3);

        assertThat(sketch.bytes()).isLessThan(10 * Float.BYTES * QuantileSketch.CAPACITY);
    }

    @Test
    void itsStoredFormReadsBack() {
        QuantileSketch sketch = merged(numbers(9_999), 4);
        ByteBuffer stored = ByteBuffer.allocate(sketch.bytes());
        sketch.writeTo(stored);

        QuantileSketch read = QuantileSketch.readFrom(stored.flip());
        assertThat(read.values()).containsExactly(sketch.values());
        assertThat(read.count()).isEqualTo(sketch.count());
        assertThat(read.rankError()).isEqualTo(sketch.rankError());
    }

    @Test
    void whatClaimsMoreThanThereIsIsNoSketch() {
        ByteBuffer claim = ByteBuffer.allocate(5).put((byte) 1).putInt(1 << 30).flip();
        assertThatIllegalArgumentException().isThrownBy(() -> QuantileSketch.readFrom(claim));
    }

    private double[] numbers(int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> (float) random.nextGaussian())
                .toArray();
    }

    /** Of as many parts, which have one number after the other in turn. */
    private static QuantileSketch merged(double[] numbers, int parts) {
        QuantileSketch[] sketches = new QuantileSketch[parts];
        Arrays.setAll(sketches, i -> new QuantileSketch());
        for (int i = 0; i < numbers.length; i++) {
            sketches[i % parts].add((float) numbers[i]);
        }
        QuantileSketch merged = new QuantileSketch();
        Arrays.stream(sketches).forEach(merged::merge);
        return merged;
    }

    private static double[] sorted(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** Of two distribution functions of as many numbers. */
    private static double largestDistance(double[] one, double[] other) {
        int largest = 0;
        int i = 0;
        int j = 0;
        while (i < one.length && j < other.length) {
            double at = Math.min(one[i], other[j]);
            while (i < one.length && one[i] <= at) {
                i++;
            }
            while (j < other.length && other[j] <= at) {
                j++;
            }
            largest = Math.max(largest, Math.abs(i - j));
        }
        return (double) largest / one.length;
    }
}
