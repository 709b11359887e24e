package io.freshet.serving.inference;

import io.freshet.protocol.EncodedImage;
import java.nio.ByteBuffer;
import java.util.List;

/** A tensor of the Open Inference Protocol as a request brings it; whether all fits together is yet to be seen. */
public record InputTensor(String name, String datatype, List<Long> shape, Data data) {

    /** What came for the tensor. */
    public sealed interface Data {

        /**
         * Elements as they lie in memory: row by row, little-endian; of BYTES each behind its length in four bytes.
         *
         * @param bytes from its position to its limit, most often a view of the request's body; not to be changed
         */
        record Raw(ByteBuffer bytes) implements Data {}

        /**
         * Numbers, row by row, each of which was a whole number in 0 to 255.
         *
         * @param values not to be changed
         */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Pixels(byte[] values) implements Data {}

        /** Byte strings. */
        record Files(List<EncodedImage> files) implements Data {}

        record None() implements Data {}
    }
}
