package io.freshet.serving.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.engine.Classifier;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.inference.ModelTensors;
import io.freshet.serving.inference.RepositoryEntry;
import io.freshet.serving.model.ServableState;
import io.freshet.serving.model.VersionStatus;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What models say of themselves, in the words of each dialect. Each method returns what is to be written as JSON. */
final class ModelPages {

    private record OpenInferenceModel(
            String name,
            List<String> versions,
            String platform,
            List<ModelTensors.Spec> inputs,
            List<ModelTensors.Spec> outputs) {}

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
        return new OpenInferenceModel(
                model.model(),
                List.of(Long.toString(model.version())),
                ModelTensors.PLATFORM,
                ModelTensors.inputs(model),
                ModelTensors.outputs(model));
    }

    /** Of a version that is in service. */
    static Object ready(ModelDescriptor model) {
        return new Ready(model.model(), true);
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
        return RepositoryEntry.fault(state)
                .map(reason -> new ErrorStatus("FAILED_PRECONDITION", reason))
                .orElseGet(() -> new ErrorStatus("OK", ""));
    }

    /** TensorFlow Serving's metadata: the signature that is served, as it is called over REST. */
    static Object metadata(ModelDescriptor model) {
        SignatureDef signature = new SignatureDef(
                tensorInfos("DT_UINT8", ModelTensors.inputs(model)),
                tensorInfos("DT_FLOAT", ModelTensors.outputs(model)),
                "tensorflow/serving/predict");
        return new Metadata(
                new ModelSpec(model.model(), "", Long.toString(model.version())),
                Map.of("signature_def", Map.of("signature_def", Map.of(Classifier.SIGNATURE, signature))));
    }

    /** The name, which TensorFlow Serving takes from the graph, is not known here and stays empty. */
    private static Map<String, TensorInfo> tensorInfos(String dtype, List<ModelTensors.Spec> tensors) {
        return tensors.stream()
                .collect(Collectors.toMap(
                        ModelTensors.Spec::name, tensor -> new TensorInfo(dtype, shape(tensor.shape()), "")));
    }

    private static TensorShape shape(List<Long> sizes) {
        List<Dimension> dimensions = sizes.stream()
                .map(size -> new Dimension(Long.toString(size), ""))
                .toList();
        return new TensorShape(dimensions, false);
    }
}
