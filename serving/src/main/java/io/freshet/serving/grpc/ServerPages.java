package io.freshet.serving.grpc;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.grpc.wire.ModelMetadataRequest;
import io.freshet.serving.grpc.wire.ModelMetadataResponse;
import io.freshet.serving.grpc.wire.ModelReadyRequest;
import io.freshet.serving.grpc.wire.ModelReadyResponse;
import io.freshet.serving.grpc.wire.ServerLiveResponse;
import io.freshet.serving.grpc.wire.ServerMetadataResponse;
import io.freshet.serving.grpc.wire.ServerReadyResponse;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.inference.ModelTensors;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.ServerInfo;
import io.freshet.serving.inference.Target;
import io.freshet.serving.model.Selector;
import java.util.List;

/** What clients ask of server and models besides predictions. Thread safe. */
final class ServerPages {

    private final Inference inference;

    ServerPages(Inference inference) {
        this.inference = inference;
    }

    ServerLiveResponse live() {
        return ServerLiveResponse.newBuilder().setLive(true).build();
    }

    ServerReadyResponse ready() {
        return ServerReadyResponse.newBuilder().setReady(inference.isReady()).build();
    }

    ServerMetadataResponse server() {
        return ServerMetadataResponse.newBuilder()
                .setName(ServerInfo.CURRENT.name())
                .setVersion(ServerInfo.CURRENT.version())
                .addAllExtensions(ServerInfo.CURRENT.extensions())
                .build();
    }

    /** @throws RefusedException if there is no such model or version */
    ModelReadyResponse modelReady(ModelReadyRequest request) throws RefusedException {
        boolean ready = switch (find(inference, request.getName(), request.getVersion())) {
            case Target.Found found -> true;
            case Target.Missing missing -> {
                if (!missing.failure().passes()) {
                    throw new RefusedException(missing.failure());
                }
                yield false;
            }
        };
        return ModelReadyResponse.newBuilder().setReady(ready).build();
    }

    /** @throws RefusedException if there is no such model or version in service */
    ModelMetadataResponse model(ModelMetadataRequest request) throws RefusedException {
        return switch (find(inference, request.getName(), request.getVersion())) {
            case Target.Found found -> page(found.descriptor());
            case Target.Missing missing -> throw new RefusedException(missing.failure());
        };
    }

    /** @param version as a message has it: empty for the one in service */
    static Target find(Inference inference, String name, String version) {
        if (version.isEmpty()) {
            return inference.find(name, new Selector.InService());
        }
        try {
            return inference.find(name, new Selector.Version(Long.parseLong(version)));
        } catch (NumberFormatException e) {
            return new Target.Missing(Failure.badRequest("A version is a number, not '" + version + "'"));
        }
    }

    private static ModelMetadataResponse page(ModelDescriptor model) {
        return ModelMetadataResponse.newBuilder()
                .setName(model.model())
                .addVersions(Long.toString(model.version()))
                .setPlatform(ModelTensors.PLATFORM)
                .addAllInputs(tensors(ModelTensors.inputs(model)))
                .addAllOutputs(tensors(ModelTensors.outputs(model)))
                .build();
    }

    private static List<ModelMetadataResponse.TensorMetadata> tensors(List<ModelTensors.Spec> specs) {
        return specs.stream()
                .map(spec -> ModelMetadataResponse.TensorMetadata.newBuilder()
                        .setName(spec.name())
                        .setDatatype(spec.datatype())
                        .addAllShape(spec.shape())
                        .build())
                .toList();
    }
}
