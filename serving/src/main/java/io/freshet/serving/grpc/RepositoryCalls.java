package io.freshet.serving.grpc;

import com.google.protobuf.MessageLite;
import io.freshet.serving.grpc.wire.RepositoryIndexRequest;
import io.freshet.serving.grpc.wire.RepositoryIndexResponse;
import io.freshet.serving.grpc.wire.RepositoryModelLoadRequest;
import io.freshet.serving.grpc.wire.RepositoryModelLoadResponse;
import io.freshet.serving.grpc.wire.RepositoryModelUnloadRequest;
import io.freshet.serving.grpc.wire.RepositoryModelUnloadResponse;
import io.freshet.serving.inference.AdminGate;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.RepositoryEntry;
import io.freshet.serving.model.Repository;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Triton's model repository extension: what there is, and taking it out of service and back by hand. Thread safe. */
final class RepositoryCalls {

    private final Repository repository;
    private final AdminGate gate;

    RepositoryCalls(Repository repository, AdminGate gate) {
        this.repository = repository;
        this.gate = gate;
    }

    RepositoryIndexResponse index(RepositoryIndexRequest request) {
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        for (RepositoryEntry entry : RepositoryEntry.index(repository, request.getReady())) {
            response.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                    .setName(entry.name())
                    .setVersion(entry.version())
                    .setState(entry.state())
                    .setReason(entry.reason()));
        }
        return response.build();
    }

    /** @throws RefusedException if the client may not */
    void load(GrpcCall call, RepositoryModelLoadRequest request) throws RefusedException {
        gate.check(call.request()::getHeader);
        String name = request.getModelName();
        answer(call, name, repository.load(name), RepositoryModelLoadResponse.getDefaultInstance());
    }

    /** @throws RefusedException if the client may not */
    void unload(GrpcCall call, RepositoryModelUnloadRequest request) throws RefusedException {
        gate.check(call.request()::getHeader);
        String name = request.getModelName();
        answer(call, name, repository.unload(name), RepositoryModelUnloadResponse.getDefaultInstance());
    }

    private static void answer(
            GrpcCall call, String name, CompletionStage<Repository.Outcome> change, MessageLite done) {
        change.thenAccept(outcome ->
                RepositoryEntry.failure(name, outcome).ifPresentOrElse(call::fail, () -> call.succeed(done, Map.of())));
    }
}
