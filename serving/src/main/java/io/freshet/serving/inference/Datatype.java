package io.freshet.serving.inference;

import java.util.Arrays;
import java.util.Optional;

/** The Open Inference Protocol's tensor data types, under its own names. */
public enum Datatype {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8),

    /** Byte strings, each with its own length. */
    BYTES(0);

    private final int size;

    Datatype(int size) {
        this.size = size;
    }

    /** Bytes of one element; 0 where they differ. */
    int size() {
        return size;
    }

    /** Whether its elements are numbers, as pixels are. */
    boolean isNumeric() {
        return this != BOOL && this != BYTES;
    }

    static Optional<Datatype> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }
}
