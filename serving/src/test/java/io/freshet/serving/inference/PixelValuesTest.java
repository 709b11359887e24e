package io.freshet.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class PixelValuesTest {

    private static ByteBuffer raw(Datatype type, double... numbers) {
        ByteBuffer raw = ByteBuffer.allocate(numbers.length * type.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : numbers) {
            switch (type) {
                case UINT8, INT8 -> raw.put((byte) number);
                case UINT16, INT16 -> raw.putShort((short) number);
                case UINT32, INT32 -> raw.putInt((int) number);
                case UINT64, INT64 -> raw.putLong((long) number);
                case FP16 -> raw.putShort(Float.floatToFloat16((float) number));
                case BF16 -> raw.putShort((short) (Float.floatToIntBits((float) number) >> 16));
                case FP32 -> raw.putFloat((float) number);
                case FP64 -> raw.putDouble(number);
                case BOOL, BYTES -> throw new AssertionError("No numbers");
            }
        }
        return raw.flip();
    }

    private static byte[] bytes(ByteBuffer pixels) {
        byte[] bytes = new byte[pixels.remaining()];
        pixels.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"BOOL", "BYTES", "INT8"})
    void wholeNumbersIn0To255ArePixelsWhateverTheirType(Datatype type) throws Exception {
        assertThat(bytes(PixelValues.of(raw(type, 0, 7, 128, 255), type))).containsExactly(0, 7, 128, 255);
    }

    @Test
    void theModelsOwnTypeIsNotCopied() throws Exception {
        ByteBuffer raw = raw(Datatype.UINT8, 1, 2);

        assertThat(PixelValues.of(raw, Datatype.UINT8)).isSameAs(raw);
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16", "FP32", "FP64"})
    void aFractionIsNoPixel(Datatype type) {
        assertThatThrownBy(() -> PixelValues.of(raw(type, 1, .5), type))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Number 1")
                .hasMessageContaining("0.5");
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT16", "INT32", "INT64", "UINT64", "FP16", "FP32", "FP64"})
    void aNegativeNumberIsNoPixel(Datatype type) {
        assertThatThrownBy(() -> PixelValues.of(raw(type, -1), type)).isInstanceOf(RefusedException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT16", "INT16", "UINT32", "INT32", "UINT64", "INT64", "FP16", "FP32", "FP64"})
    void aNumberAbove255IsNoPixel(Datatype type) {
        assertThatThrownBy(() -> PixelValues.of(raw(type, 256), type)).hasMessageContaining("256");
    }

    @Test
    void whatIsNoNumberIsNoPixel() {
        assertThatThrownBy(() -> PixelValues.of(raw(Datatype.FP32, Double.NaN), Datatype.FP32))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> PixelValues.of(ByteBuffer.allocate(1), Datatype.BOOL))
                .hasMessageContaining("BOOL");
        assertThatThrownBy(() -> PixelValues.of(ByteBuffer.allocate(5), Datatype.FP32))
                .hasMessageContaining("5 bytes");
    }
}
