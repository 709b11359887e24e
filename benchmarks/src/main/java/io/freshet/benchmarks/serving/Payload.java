package io.freshet.benchmarks.serving;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request of the Open Inference Protocol for one image, as a client sends it.
 *
 * @param path on the server
 * @param headers as in {@code Content-Type: text/plain}
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares payloads
record Payload(String path, List<String> headers, byte[] body) {

    // Field numbers of ModelInferRequest and of the tensors in it.
    private static final int MODEL_NAME = 1;
    private static final int INPUTS = 5;
    private static final int OUTPUTS = 6;
    private static final int RAW_INPUTS = 7;
    private static final int NAME = 1;
    private static final int DATATYPE = 2;
    private static final int SHAPE = 3;

    private static final int GRPC_PREFIX_BYTES = 5;

    /** Over REST, with the binary tensor data extension both ways. */
    static Payload rest(BenchmarkModel model, byte[] image) {
        String json = """
                {"inputs":[{"name":"images","datatype":"UINT8","shape":[1,%d,%d,3],\
                "parameters":{"binary_data_size":%d}}],\
                "outputs":[{"name":"probabilities","parameters":{"binary_data":true}}]}""".formatted(model.side(), model.side(), image.length);
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        byte[] body = ByteBuffer.allocate(head.length + image.length)
                .put(head)
                .put(image)
                .array();
        return new Payload(
                "/v2/models/" + BenchmarkModel.NAME + "/infer",
                List.of("Content-Type: application/octet-stream", "Inference-Header-Content-Length: " + head.length),
                body);
    }

    /** Over gRPC, which is HTTP/2 with a message behind a prefix. */
    static Payload grpc(BenchmarkModel model, byte[] image) {
        byte[] message = message(out -> {
            out.writeString(MODEL_NAME, BenchmarkModel.NAME);
            out.writeByteArray(INPUTS, message(input -> {
                input.writeString(NAME, "images");
                input.writeString(DATATYPE, "UINT8");
                for (long size : new long[] {1, model.side(), model.side(), 3}) {
                    input.writeInt64(SHAPE, size);
                }
            }));
            out.writeByteArray(OUTPUTS, message(output -> output.writeString(NAME, "probabilities")));
            out.writeBytes(RAW_INPUTS, ByteString.copyFrom(image));
        });
        byte[] body = ByteBuffer.allocate(GRPC_PREFIX_BYTES + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        return new Payload(
                "/inference.GRPCInferenceService/ModelInfer",
                List.of("content-type: application/grpc", "te: trailers"),
                body);
    }

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a ByteArrayOutputStream does not throw
        }
        return bytes.toByteArray();
    }
}
