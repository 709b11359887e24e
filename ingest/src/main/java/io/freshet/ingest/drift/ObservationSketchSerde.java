package io.freshet.ingest.drift;

import io.freshet.protocol.ModelVersion;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The form of an {@link ObservationSketch} in stores and between stages: a byte for the form itself, the version, the time in
 * ms, the classes with their counts, and the samples; big-endian, with lengths before texts and lists.
 */
public final class ObservationSketchSerde {

    private static final byte FORM = 1;

    private ObservationSketchSerde() {}

    public static Serde<ObservationSketch> create() {
        return Serdes.serdeFrom((topic, sketch) -> encode(sketch), (topic, bytes) -> decode(bytes));
    }

    private static byte @Nullable [] encode(@Nullable ObservationSketch sketch) {
        if (sketch == null) {
            return null;
        }
        byte[] model = bytes(sketch.model().model());
        List<byte[]> names = sketch.classes().keySet().stream()
                .map(ObservationSketchSerde::bytes)
                .toList();
        List<Long> counts = List.copyOf(sketch.classes().values());
        int size = 1
                + Integer.BYTES
                + model.length
                + 2 * Long.BYTES
                + 2 * Integer.BYTES
                + names.stream()
                        .mapToInt(name -> Integer.BYTES + name.length + Long.BYTES)
                        .sum()
                + sketch.numbers().stream().mapToInt(QuantileSketch::bytes).sum();
        ByteBuffer out = ByteBuffer.allocate(size).put(FORM);
        out.putInt(model.length).put(model).putLong(sketch.model().version());
        out.putLong(sketch.since().toEpochMilli()).putInt(names.size());
        for (int i = 0; i < names.size(); i++) {
            out.putInt(names.get(i).length).put(names.get(i)).putLong(counts.get(i));
        }
        out.putInt(sketch.numbers().size());
        sketch.numbers().forEach(numbers -> numbers.writeTo(out));
        return out.array();
    }

    private static @Nullable ObservationSketch decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (in.get() != FORM) {
                throw new SerializationException("This is no sketch of observations, or one of a later release");
            }
            ModelVersion model = new ModelVersion(text(in), in.getLong());
            Instant since = Instant.ofEpochMilli(in.getLong());
            Map<String, Long> classes = new LinkedHashMap<>();
            for (int left = in.getInt(); left > 0; left--) {
                classes.put(text(in), in.getLong());
            }
            List<QuantileSketch> numbers = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                numbers.add(QuantileSketch.readFrom(in));
            }
            return ObservationSketch.restored(model, since, classes, numbers);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new SerializationException("This is no sketch of observations", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("No text has " + length + " bytes of " + in.remaining());
        }
        byte[] text = new byte[length];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
