package io.freshet.serving.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.freshet.protocol.EncodedImage;
import io.freshet.serving.grpc.wire.InferParameter;
import io.freshet.serving.grpc.wire.InferTensorContents;
import io.freshet.serving.grpc.wire.ModelInferRequest;
import io.freshet.serving.grpc.wire.ModelInferResponse;
import io.freshet.serving.inference.Datatype;
import io.freshet.serving.inference.InputTensor;
import io.freshet.serving.inference.OutputTensor;
import io.freshet.serving.inference.PixelValues;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.RequestedOutput;
import io.freshet.serving.predict.PredictionResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Inference requests and answers as messages. Stateless. */
final class InferenceMessages {

    private static final String CLASSIFICATION = "classification";

    private InferenceMessages() {}

    /**
     * The inputs with their data; raw contents are not copied.
     *
     * @throws RefusedException if inputs and raw contents do not match, or numbers are no pixels
     */
    static List<InputTensor> inputs(ModelInferRequest request) throws RefusedException {
        int raw = request.getRawInputContentsCount();
        if (raw != 0 && raw != request.getInputsCount()) {
            throw RefusedException.malformed("raw_input_contents has " + raw + " entries, and there are "
                    + request.getInputsCount() + " inputs");
        }
        List<InputTensor> inputs = new ArrayList<>();
        for (int i = 0; i < request.getInputsCount(); i++) {
            ModelInferRequest.InferInputTensor input = request.getInputs(i);
            if (raw != 0 && input.hasContents()) {
                throw RefusedException.malformed(
                        "The input '" + input.getName() + "' has both contents and raw_input_contents");
            }
            InputTensor.Data data = raw == 0
                    ? typed(input.getDatatype(), input.getContents())
                    : new InputTensor.Data.Raw(request.getRawInputContents(i).asReadOnlyByteBuffer());
            inputs.add(new InputTensor(input.getName(), input.getDatatype(), input.getShapeList(), data));
        }
        return inputs;
    }

    /** An unsigned number past the range of int or long looks negative here, and is no pixel either way. */
    private static InputTensor.Data typed(String datatype, InferTensorContents contents) throws RefusedException {
        return switch (datatype) {
            case "UINT8", "UINT16", "UINT32" ->
                numbers(datatype, contents.getUintContentsCount(), contents::getUintContents);
            case "INT8", "INT16", "INT32" ->
                numbers(datatype, contents.getIntContentsCount(), contents::getIntContents);
            case "INT64" -> numbers(datatype, contents.getInt64ContentsCount(), contents::getInt64Contents);
            case "UINT64" -> numbers(datatype, contents.getUint64ContentsCount(), contents::getUint64Contents);
            case "FP32" -> numbers(datatype, contents.getFp32ContentsCount(), contents::getFp32Contents);
            case "FP64" -> numbers(datatype, contents.getFp64ContentsCount(), contents::getFp64Contents);
            case "BYTES" -> files(contents);
            default -> new InputTensor.Data.None(); // FP16 and BF16 come raw only
        };
    }

    private static InputTensor.Data numbers(String datatype, int count, IntFunction<Number> numbers)
            throws RefusedException {
        return count == 0
                ? new InputTensor.Data.None()
                : new InputTensor.Data.Pixels(PixelValues.of(
                        count,
                        Datatype.valueOf(datatype),
                        index -> numbers.apply(index).doubleValue()));
    }

    private static InputTensor.Data files(InferTensorContents contents) {
        return contents.getBytesContentsCount() == 0
                ? new InputTensor.Data.None()
                : new InputTensor.Data.Files(contents.getBytesContentsList().stream()
                        .map(file -> new EncodedImage(file.toByteArray()))
                        .toList());
    }

    /** @throws RefusedException if the model does not have them */
    static List<RequestedOutput> outputs(ModelInferRequest request) throws RefusedException {
        List<RequestedOutput> outputs = new ArrayList<>();
        for (ModelInferRequest.InferRequestedOutputTensor output : request.getOutputsList()) {
            InferParameter classification = output.getParametersOrDefault(
                    CLASSIFICATION, InferParameter.newBuilder().setInt64Param(0).build());
            long classes = classification.getInt64Param();
            if (!classification.hasInt64Param() || classes != (int) classes) {
                throw RefusedException.malformed("The parameter classification is an int64: a number of classes");
            }
            outputs.add(new RequestedOutput(output.getName(), Optional.empty(), (int) classes));
        }
        return RequestedOutput.orAll(outputs);
    }

    /** The answer; its tensors are raw where those of the request were. */
    static ModelInferResponse answer(
            ModelInferRequest request, List<RequestedOutput> asked, PredictionResult.Answered answered) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(answered.model().model())
                .setModelVersion(Long.toString(answered.model().version()))
                .setId(request.getId());
        boolean raw = request.getRawInputContentsCount() > 0;
        for (OutputTensor tensor : OutputTensor.of(answered, asked)) {
            ModelInferResponse.InferOutputTensor.Builder output = ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName(tensor.name())
                    .setDatatype(tensor.datatype().name())
                    .addAllShape(tensor.shape());
            if (raw) {
                ByteBuffer data = ByteBuffer.allocate(tensor.rawSize());
                tensor.putRaw(data);
                response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(data.flip()));
            } else {
                output.setContents(contents(tensor.data()));
            }
            response.addOutputs(output);
        }
        return response.build();
    }

    private static InferTensorContents contents(OutputTensor.Data data) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        switch (data) {
            case OutputTensor.Data.Floats floats -> {
                for (float[] row : floats.rows()) {
                    for (float number : row) {
                        contents.addFp32Contents(number);
                    }
                }
            }
            case OutputTensor.Data.Strings strings ->
                strings.elements().forEach(element -> contents.addBytesContents(ByteString.copyFrom(element)));
        }
        return contents.build();
    }
}
