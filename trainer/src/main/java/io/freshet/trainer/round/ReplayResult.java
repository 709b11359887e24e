package io.freshet.trainer.round;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What came of making a version again. */
public sealed interface ReplayResult {

    /** @param numbers of 32 bits that are the same to the bit */
    record Equal(int numbers) implements ReplayResult {}

    /**
     * Other weights.
     *
     * @param numbers of 32 bits in all
     * @param different those that are not the same
     * @param largest difference between two of them
     */
    record Different(int numbers, int different, double largest) implements ReplayResult {}

    /** @param reasons for people */
    record Impossible(List<String> reasons) implements ReplayResult {

        public Impossible {
            reasons = List.copyOf(reasons);
        }
    }

    /** Compares the variables of two SavedModels of one graph: TensorFlow writes them one behind the other. */
    static ReplayResult compare(Path original, Path again) throws IOException {
        String name = "variables.data-00000-of-00001";
        byte[] a = Files.readAllBytes(original.resolve(name));
        byte[] b = Files.readAllBytes(again.resolve(name));
        if (Arrays.equals(a, b)) {
            return new Equal(a.length / Float.BYTES);
        }
        if (a.length != b.length) {
            return new Impossible(
                    List.of("the network made again has other variables: " + b.length + " bytes, not " + a.length));
        }
        FloatBuffer one = ByteBuffer.wrap(a).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        FloatBuffer other = ByteBuffer.wrap(b).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        int different = 0;
        double largest = 0;
        for (int i = 0; i < one.limit(); i++) {
            if (Float.floatToRawIntBits(one.get(i)) != Float.floatToRawIntBits(other.get(i))) {
                different++;
                largest = Math.max(largest, Math.abs((double) one.get(i) - other.get(i)));
            }
        }
        return new Different(one.limit(), different, largest);
    }
}
