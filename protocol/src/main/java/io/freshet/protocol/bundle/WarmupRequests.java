package io.freshet.protocol.bundle;

import com.google.protobuf.ByteString;
import io.freshet.protocol.wire.tensorflow.ModelSpec;
import io.freshet.protocol.wire.tensorflow.PredictLog;
import io.freshet.protocol.wire.tensorflow.PredictRequest;
import io.freshet.protocol.wire.tensorflow.PredictionLog;
import io.freshet.protocol.wire.tensorflow.TensorProto;
import io.freshet.protocol.wire.tensorflow.TensorShapeProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The images with which a model is warmed before it takes traffic, in the file where TensorFlow Serving looks for them
 * ({@code assets.extra/tf_serving_warmup_requests}): a TFRecord file of {@code PredictionLog}s, one image each.
 */
public final class WarmupRequests {

    /** TensorFlow Serving reads no more than this. */
    public static final int MOST = 1000;

    private static final String FOLDER = "assets.extra";
    private static final String NAME = "tf_serving_warmup_requests";
    private static final String INPUT = "images";
    private static final int DT_UINT8 = 4;
    private static final int MASK_DELTA = 0xa282ead8;

    private WarmupRequests() {}

    /**
     * Writes the file into a bundle's folder, before it is sealed.
     *
     * @param images each of the shape's size
     */
    public static void write(Path bundle, String model, ImageShape shape, List<byte[]> images) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (byte[] image : images) {
            file.writeBytes(record(request(model, shape, image).toByteArray()));
        }
        Path folder = Files.createDirectories(bundle.resolve(FOLDER));
        Files.write(folder.resolve(NAME), file.toByteArray());
    }

    /**
     * The images in a bundle; none if it has no such file.
     *
     * @throws IOException if the file is broken
     */
    public static List<byte[]> read(Path bundle) throws IOException {
        Path path = bundle.resolve(FOLDER).resolve(NAME);
        if (!Files.exists(path)) {
            return List.of();
        }
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> images = new ArrayList<>();
        try {
            while (file.hasRemaining()) {
                int length = Math.toIntExact(file.getLong());
                file.getInt(); // the length's sum
                ByteBuffer data = file.slice(file.position(), length);
                file.position(file.position() + length);
                if (file.getInt() != maskedCrc(data.duplicate())) {
                    throw new IOException(path + " is broken: a record's checksum differs");
                }
                PredictRequest request =
                        PredictionLog.parseFrom(data).getPredictLog().getRequest();
                images.add(request.getInputsOrThrow(INPUT).getTensorContent().toByteArray());
            }
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | ArithmeticException e) {
            throw new IOException(path + " is broken", e);
        }
        return images;
    }

    private static PredictionLog request(String model, ImageShape shape, byte[] image) {
        if (image.length != shape.size()) {
            throw new IllegalArgumentException(image.length + " bytes are no image of " + shape);
        }
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (int size : new int[] {1, shape.height(), shape.width(), shape.channels()}) {
            dimensions.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
        }
        TensorProto tensor = TensorProto.newBuilder()
                .setDtype(DT_UINT8)
                .setTensorShape(dimensions)
                .setTensorContent(ByteString.copyFrom(image))
                .build();
        PredictRequest request = PredictRequest.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName(model).setSignatureName("serving_default"))
                .putInputs(INPUT, tensor)
                .build();
        return PredictionLog.newBuilder()
                .setPredictLog(PredictLog.newBuilder().setRequest(request))
                .build();
    }

    /** TFRecord: length, its masked CRC, the data, its masked CRC; little-endian. */
    private static byte[] record(byte[] data) {
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .flip();
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .putInt(maskedCrc(length))
                .put(data)
                .putInt(maskedCrc(ByteBuffer.wrap(data)))
                .array();
    }

    private static int maskedCrc(ByteBuffer data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }
}
