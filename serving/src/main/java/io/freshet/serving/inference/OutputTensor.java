package io.freshet.serving.inference;

import io.freshet.serving.capture.ServedPrediction;
import io.freshet.serving.predict.PredictionResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An output tensor of the Open Inference Protocol. */
public record OutputTensor(RequestedOutput asked, Datatype datatype, List<Long> shape, Data data) {

    /** What stands in the tensor. */
    public sealed interface Data {

        /**
         * FP32.
         *
         * @param rows one for each image; not to be changed
         */
        record Floats(List<float[]> rows) implements Data {}

        /**
         * BYTES.
         *
         * @param elements row by row
         */
        record Strings(List<byte[]> elements) implements Data {}
    }

    public String name() {
        return asked.name();
    }

    /** The answers to what was asked for, in that order. */
    public static List<OutputTensor> of(PredictionResult.Answered answered, List<RequestedOutput> asked) {
        return asked.stream().map(output -> of(answered, output)).toList();
    }

    private static OutputTensor of(PredictionResult.Answered answered, RequestedOutput asked) {
        if (asked.classes() > 0) {
            return classes(answered, asked);
        }
        Function<ServedPrediction, float[]> row = asked.name().equals(ModelTensors.EMBEDDING)
                ? served -> served.scores().embedding()
                : served -> served.scores().probabilities();
        List<float[]> rows = answered.predictions().stream().map(row).toList();
        return new OutputTensor(
                asked,
                Datatype.FP32,
                List.of((long) rows.size(), (long) rows.getFirst().length),
                new Data.Floats(rows));
    }

    private static OutputTensor classes(PredictionResult.Answered answered, RequestedOutput asked) {
        List<String> names = answered.model().classes();
        int count = Math.min(asked.classes(), names.size());
        List<byte[]> elements = answered.predictions().stream()
                .flatMap(served -> mostProbable(served.scores().probabilities(), names, count))
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        return new OutputTensor(
                asked,
                Datatype.BYTES,
                List.of((long) answered.predictions().size(), (long) count),
                new Data.Strings(elements));
    }

    /** {@code probability:index:name}, as the classification extension has it; of equals, the first comes first. */
    private static Stream<String> mostProbable(float[] probabilities, List<String> names, int count) {
        return IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> -probabilities[index]))
                .limit(count)
                .map(index -> probabilities[index] + ":" + index + ":" + names.get(index));
    }

    /** Bytes of the data as it lies in memory. */
    public int rawSize() {
        return switch (data) {
            case Data.Floats floats ->
                floats.rows().stream().mapToInt(row -> row.length).sum() * Float.BYTES;
            case Data.Strings strings ->
                strings.elements().stream()
                        .mapToInt(element -> Integer.BYTES + element.length)
                        .sum();
        };
    }

    /** Puts the data as it lies in memory, little-endian. */
    public void putRaw(ByteBuffer target) {
        target.order(ByteOrder.LITTLE_ENDIAN);
        switch (data) {
            case Data.Floats floats -> {
                for (float[] row : floats.rows()) {
                    target.asFloatBuffer().put(row);
                    target.position(target.position() + row.length * Float.BYTES);
                }
            }
            case Data.Strings strings -> {
                for (byte[] element : strings.elements()) {
                    target.putInt(element.length).put(element);
                }
            }
        }
    }

    /** How much work its data is to write as text, in numbers. */
    public static long numbers(int images, List<RequestedOutput> asked, int classes, int embedding) {
        return images
                * asked.stream()
                        .mapToLong(output -> output.name().equals(ModelTensors.EMBEDDING) ? embedding : classes)
                        .sum();
    }
}
