package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.freshet.serving.inference.OutputTensor;
import io.freshet.serving.inference.RequestedOutput;
import io.freshet.serving.predict.PredictionResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an inference request wants to be answered. Each tensor's data is flat, row by row: in the JSON, or as it lies in
 * memory behind it.
 *
 * @param id that the answer repeats
 * @param outputs in the order in which they shall come
 * @param binaryOutputs whether outputs that say nothing of it come as they lie in memory
 */
record OpenInferenceAnswer(Optional<String> id, List<RequestedOutput> outputs, boolean binaryOutputs) {

    /** The binary extension's own. */
    private static final String BINARY = "application/octet-stream";

    /** Whether all outputs come as they lie in memory. */
    boolean isBinary() {
        return outputs.stream().allMatch(this::isBinary);
    }

    private boolean isBinary(RequestedOutput output) {
        return output.binary().orElse(binaryOutputs);
    }

    Answer write(PredictionResult.Answered answered) {
        List<OutputTensor> tensors = OutputTensor.of(answered, outputs);
        byte[] json = json(answered, tensors);
        List<OutputTensor> binary =
                tensors.stream().filter(tensor -> isBinary(tensor.asked())).toList();
        if (binary.isEmpty()) {
            return new Answer(Json.CONTENT_TYPE, json, OptionalInt.empty());
        }
        int size = binary.stream().mapToInt(OutputTensor::rawSize).sum();
        ByteBuffer body = ByteBuffer.allocate(json.length + size).put(json);
        binary.forEach(tensor -> tensor.putRaw(body));
        return new Answer(BINARY, body.array(), OptionalInt.of(json.length));
    }

    private byte[] json(PredictionResult.Answered answered, List<OutputTensor> tensors) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model_name", answered.model().model());
            json.writeStringField(
                    "model_version", Long.toString(answered.model().version()));
            if (id.isPresent()) {
                json.writeStringField("id", id.get());
            }
            json.writeArrayFieldStart("outputs");
            for (OutputTensor tensor : tensors) {
                write(json, tensor);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is written to memory
        }
        return bytes.toByteArray();
    }

    private void write(JsonGenerator json, OutputTensor tensor) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", tensor.name());
        json.writeStringField("datatype", tensor.datatype().name());
        json.writeArrayFieldStart("shape");
        for (long size : tensor.shape()) {
            json.writeNumber(size);
        }
        json.writeEndArray();
        if (isBinary(tensor.asked())) {
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", tensor.rawSize());
            json.writeEndObject();
        } else {
            json.writeArrayFieldStart("data");
            writeData(json, tensor.data());
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeData(JsonGenerator json, OutputTensor.Data data) throws IOException {
        switch (data) {
            case OutputTensor.Data.Floats floats -> {
                for (float[] row : floats.rows()) {
                    for (float number : row) {
                        json.writeNumber(number);
                    }
                }
            }
            case OutputTensor.Data.Strings strings -> {
                for (byte[] element : strings.elements()) {
                    json.writeString(new String(element, StandardCharsets.UTF_8));
                }
            }
        }
    }
}
