package io.freshet.protocol.bundle;

import com.google.protobuf.ByteString;
import io.freshet.protocol.tfrecord.TfRecordReader;
import io.freshet.protocol.tfrecord.TfRecordWriter;
import io.freshet.protocol.wire.tensorflow.ModelSpec;
import io.freshet.protocol.wire.tensorflow.PredictLog;
import io.freshet.protocol.wire.tensorflow.PredictRequest;
import io.freshet.protocol.wire.tensorflow.PredictResponse;
import io.freshet.protocol.wire.tensorflow.PredictionLog;
import io.freshet.protocol.wire.tensorflow.TensorProto;
import io.freshet.protocol.wire.tensorflow.TensorShapeProto;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The images with which a model is warmed before it takes traffic, in the file where TensorFlow Serving looks for them
 * ({@code assets.extra/tf_serving_warmup_requests}): a TFRecord file of {@code PredictionLog}s, one image each, with the
 * response that the model gave where it was made.
 */
public final class WarmupRequests {

    /** TensorFlow Serving reads no more than this. */
    public static final int MOST = 1000;

    private static final String FOLDER = "assets.extra";
    private static final String NAME = "tf_serving_warmup_requests";
    private static final String INPUT = "images";
    private static final String OUTPUT = "probabilities";
    private static final int DT_FLOAT = 1;
    private static final int DT_UINT8 = 4;

    private WarmupRequests() {}

    /**
     * Writes the file into a bundle's folder, before it is sealed.
     *
     * @param requests whose images are each of the shape's size
     */
    public static void write(Path bundle, String model, ImageShape shape, List<WarmupRequest> requests)
            throws IOException {
        Path folder = Files.createDirectories(bundle.resolve(FOLDER));
        try (TfRecordWriter file = TfRecordWriter.create(folder.resolve(NAME))) {
            for (WarmupRequest request : requests) {
                file.write(log(model, shape, request).toByteArray());
            }
        }
    }

    /**
     * The requests in a bundle; none if it has no such file.
     *
     * @throws IOException if the file is broken
     */
    public static List<WarmupRequest> read(Path bundle) throws IOException {
        Path path = bundle.resolve(FOLDER).resolve(NAME);
        if (!Files.exists(path)) {
            return List.of();
        }
        List<WarmupRequest> requests = new ArrayList<>();
        try (TfRecordReader file = TfRecordReader.open(path)) {
            for (var record = file.next(); record.isPresent(); record = file.next()) {
                requests.add(request(PredictionLog.parseFrom(record.get()).getPredictLog()));
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException(path + " is broken", e);
        }
        return requests;
    }

    private static WarmupRequest request(PredictLog log) {
        byte[] image =
                log.getRequest().getInputsOrThrow(INPUT).getTensorContent().toByteArray();
        Optional<float[]> probabilities = Optional.ofNullable(
                        log.getResponse().getOutputsMap().get(OUTPUT))
                .map(WarmupRequests::floats);
        return new WarmupRequest(image, probabilities);
    }

    /** Logs that TensorFlow Serving takes of its own requests have the values one by one. */
    private static float[] floats(TensorProto tensor) {
        if (tensor.getDtype() != DT_FLOAT) {
            throw new IllegalArgumentException(OUTPUT + " has data type " + tensor.getDtype() + ", not DT_FLOAT");
        }
        ByteBuffer content = tensor.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        boolean packed = content.hasRemaining();
        float[] values = new float[packed ? content.remaining() / Float.BYTES : tensor.getFloatValCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = packed ? content.getFloat() : tensor.getFloatVal(i);
        }
        return values;
    }

    private static PredictionLog log(String model, ImageShape shape, WarmupRequest request) {
        PredictLog.Builder log = PredictLog.newBuilder().setRequest(request(model, shape, request.image()));
        request.probabilities().ifPresent(probabilities -> log.setResponse(response(model, probabilities)));
        return PredictionLog.newBuilder().setPredictLog(log).build();
    }

    private static PredictRequest request(String model, ImageShape shape, byte[] image) {
        if (image.length != shape.size()) {
            throw new IllegalArgumentException(image.length + " bytes are no image of " + shape);
        }
        return PredictRequest.newBuilder()
                .setModelSpec(spec(model))
                .putInputs(
                        INPUT,
                        tensor(
                                DT_UINT8,
                                ByteString.copyFrom(image),
                                1,
                                shape.height(),
                                shape.width(),
                                shape.channels()))
                .build();
    }

    private static PredictResponse response(String model, float[] probabilities) {
        ByteBuffer content =
                ByteBuffer.allocate(probabilities.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float probability : probabilities) {
            content.putFloat(probability);
        }
        return PredictResponse.newBuilder()
                .setModelSpec(spec(model))
                .putOutputs(OUTPUT, tensor(DT_FLOAT, ByteString.copyFrom(content.flip()), 1, probabilities.length))
                .build();
    }

    private static ModelSpec spec(String model) {
        return ModelSpec.newBuilder()
                .setName(model)
                .setSignatureName("serving_default")
                .build();
    }

    private static TensorProto tensor(int type, ByteString content, int... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int size : sizes) {
            shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
        }
        return TensorProto.newBuilder()
                .setDtype(type)
                .setTensorShape(shape)
                .setTensorContent(content)
                .build();
    }
}
