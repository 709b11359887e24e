package io.freshet.serving.grpc;

import io.freshet.serving.grpc.wire.HealthCheckRequest;
import io.freshet.serving.grpc.wire.HealthCheckResponse;
import io.freshet.serving.grpc.wire.HealthCheckResponse.ServingStatus;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.inference.RefusedException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** gRPC's health check: the server serves when it is ready. Thread safe. */
final class Health {

    /** How long a change may stay untold. */
    private static final Duration PERIOD = Duration.ofMillis(500);

    private static final Set<String> SERVICES = Set.of("", GrpcEndpoint.INFERENCE_SERVICE, GrpcEndpoint.HEALTH_SERVICE);

    private final Inference inference;

    Health(Inference inference) {
        this.inference = inference;
    }

    /** @throws RefusedException if there is no such service */
    HealthCheckResponse check(HealthCheckRequest request) throws RefusedException {
        if (!SERVICES.contains(request.getService())) {
            throw new RefusedException(Failure.of(404, "There is no service '" + request.getService() + "'"));
        }
        return response(status(request));
    }

    /** Tells the status, and whenever it changes, until the client goes away. On the call's event loop. */
    void watch(GrpcCall call, HealthCheckRequest request) {
        new Watch(call, request).begin();
    }

    private final class Watch {

        private final GrpcCall call;
        private final HealthCheckRequest request;
        private ServingStatus told;

        Watch(GrpcCall call, HealthCheckRequest request) {
            this.call = call;
            this.request = request;
            this.told = status(request);
        }

        void begin() {
            tell();
            Vertx.currentContext().owner().setPeriodic(PERIOD.toMillis(), this::look);
        }

        private void look(long timer) {
            ServingStatus current = status(request);
            if (call.isOver()) {
                Vertx.currentContext().owner().cancelTimer(timer);
            } else if (current != told) {
                told = current;
                tell();
            }
        }

        private void tell() {
            call.send(response(told), Map.of());
        }
    }

    private ServingStatus status(HealthCheckRequest request) {
        if (!SERVICES.contains(request.getService())) {
            return ServingStatus.SERVICE_UNKNOWN;
        }
        return inference.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
}
