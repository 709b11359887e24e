package io.freshet.serving.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.engine.Classifier;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.model.ServableState;
import io.freshet.serving.model.VersionStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What models say of themselves, in the words of each dialect. Each method returns what is to be written as JSON. */
final class ModelPages {

    private record OpenInferenceModel(
            String name, List<String> versions, String platform, List<Tensor> inputs, List<Tensor> outputs) {}

    private record Tensor(String name, String datatype, List<Integer> shape) {}

    private record Ready(String name, boolean ready) {}

    private record Status(List<VersionPage> modelVersionStatus) {}

    private record VersionPage(String version, String state, ErrorStatus status) {}

    private record ErrorStatus(String errorCode, String errorMessage) {}

    private record Metadata(ModelSpec modelSpec, Map<String, Object> metadata) {}

    private record ModelSpec(String name, String signatureName, String version) {}

    private record SignatureDef(Map<String, TensorInfo> inputs, Map<String, TensorInfo> outputs, String methodName) {}

    private record TensorInfo(
            String dtype, @JsonProperty("tensor_shape") TensorShape shape, String name) {}

    private record TensorShape(List<Dimension> dim, boolean unknownRank) {}

    private record Dimension(String size, String name) {}

    private ModelPages() {}

    static Object openInference(ModelDescriptor model) {
        List<Tensor> inputs = List.of(new Tensor(OpenInferenceAnswer.IMAGES, "UINT8", imageShape(model)));
        List<Tensor> outputs = List.of(
                new Tensor(
                        OpenInferenceAnswer.PROBABILITIES,
                        "FP32",
                        List.of(-1, model.classes().size())),
                new Tensor(OpenInferenceAnswer.EMBEDDING, "FP32", List.of(-1, model.embeddingSize())));
        return new OpenInferenceModel(
                model.model(), List.of(Long.toString(model.version())), "tensorflow_savedmodel", inputs, outputs);
    }

    /** Of a version that is in service. */
    static Object ready(ModelDescriptor model) {
        return new Ready(model.model(), true);
    }

    private static List<Integer> imageShape(ModelDescriptor model) {
        return List.of(
                -1, model.input().height(), model.input().width(), model.input().channels());
    }

    /** TensorFlow Serving's {@code model_version_status}. */
    static Object status(List<VersionStatus> versions) {
        return new Status(versions.stream()
                .map(status -> new VersionPage(
                        Long.toString(status.version().version()), state(status.state()), errorStatus(status.state())))
                .toList());
    }

    private static String state(ServableState state) {
        return switch (state) {
            case ServableState.Announced a -> "START";
            case ServableState.Fetched f -> "LOADING";
            case ServableState.Verified v -> "LOADING";
            case ServableState.Warmed w -> "LOADING";
            case ServableState.Shadowing s -> "AVAILABLE"; // to those who ask for it by its number
            case ServableState.Canary c -> "AVAILABLE";
            case ServableState.Serving s -> "AVAILABLE";
            case ServableState.Draining d -> "UNLOADING";
            case ServableState.Retired r -> "END";
            case ServableState.Refused r -> "END";
        };
    }

    private static ErrorStatus errorStatus(ServableState state) {
        Optional<String> fault = switch (state) {
            case ServableState.Refused refused -> Optional.of(refused.reason());
            case ServableState.Draining draining -> draining.fault();
            case ServableState.Retired retired -> retired.fault();
            case ServableState.Announced a -> Optional.empty();
            case ServableState.Fetched f -> Optional.empty();
            case ServableState.Verified v -> Optional.empty();
            case ServableState.Warmed w -> Optional.empty();
            case ServableState.Shadowing s -> Optional.empty();
            case ServableState.Canary c -> Optional.empty();
            case ServableState.Serving s -> Optional.empty();
        };
        return fault.map(reason -> new ErrorStatus("FAILED_PRECONDITION", reason))
                .orElseGet(() -> new ErrorStatus("OK", ""));
    }

    /** TensorFlow Serving's metadata: the signature that is served, as it is called over REST. */
    static Object metadata(ModelDescriptor model) {
        SignatureDef signature = new SignatureDef(
                Map.of(OpenInferenceAnswer.IMAGES, tensorInfo("DT_UINT8", imageShape(model))),
                Map.of(
                        OpenInferenceAnswer.PROBABILITIES,
                        tensorInfo("DT_FLOAT", List.of(-1, model.classes().size())),
                        OpenInferenceAnswer.EMBEDDING,
                        tensorInfo("DT_FLOAT", List.of(-1, model.embeddingSize()))),
                "tensorflow/serving/predict");
        return new Metadata(
                new ModelSpec(model.model(), "", Long.toString(model.version())),
                Map.of("signature_def", Map.of("signature_def", Map.of(Classifier.SIGNATURE, signature))));
    }

    /** The name, which TensorFlow Serving takes from the graph, is not known here and stays empty. */
    private static TensorInfo tensorInfo(String dtype, List<Integer> shape) {
        List<Dimension> dimensions = shape.stream()
                .map(size -> new Dimension(Integer.toString(size), ""))
                .toList();
        return new TensorInfo(dtype, new TensorShape(dimensions, false), "");
    }
}
