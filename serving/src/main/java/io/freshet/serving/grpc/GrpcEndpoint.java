package io.freshet.serving.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.freshet.serving.grpc.wire.HealthCheckRequest;
import io.freshet.serving.grpc.wire.ModelMetadataRequest;
import io.freshet.serving.grpc.wire.ModelReadyRequest;
import io.freshet.serving.grpc.wire.RepositoryIndexRequest;
import io.freshet.serving.grpc.wire.RepositoryModelLoadRequest;
import io.freshet.serving.grpc.wire.RepositoryModelUnloadRequest;
import io.freshet.serving.grpc.wire.ServerLiveRequest;
import io.freshet.serving.grpc.wire.ServerMetadataRequest;
import io.freshet.serving.grpc.wire.ServerReadyRequest;
import io.freshet.serving.inference.AdminGate;
import io.freshet.serving.inference.Admission;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.model.Repository;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * gRPC over the HTTP/2 requests of the HTTP server: finds a call's method by its path. Thread safe; each call stays on its
 * event loop.
 */
public final class GrpcEndpoint {

    static final String INFERENCE_SERVICE = "inference.GRPCInferenceService";
    static final String HEALTH_SERVICE = "grpc.health.v1.Health";

    private static final String CONTENT_TYPE = "application/grpc";

    /** Questions that are no predictions fit into this many bytes. */
    private static final int SMALL_MESSAGE = 64 << 10;

    private final Inference inference;
    private final Map<String, Consumer<GrpcCall>> methods = new HashMap<>();

    public GrpcEndpoint(Inference inference, Repository repository, AdminGate gate, MeterRegistry registry) {
        this.inference = inference;
        addInference(new InferenceCalls(inference, registry), new ServerPages(inference));
        addRepository(new RepositoryCalls(repository, gate));
        addHealth(new Health(inference));
    }

    private void addInference(InferenceCalls calls, ServerPages pages) {
        String service = "/" + INFERENCE_SERVICE + "/";
        methods.put(service + "ModelInfer", calls::one);
        methods.put(service + "ModelStreamInfer", calls::stream);
        add(service + "ServerLive", ServerLiveRequest.parser(), request -> pages.live());
        add(service + "ServerReady", ServerReadyRequest.parser(), request -> pages.ready());
        add(service + "ServerMetadata", ServerMetadataRequest.parser(), request -> pages.server());
        add(service + "ModelReady", ModelReadyRequest.parser(), pages::modelReady);
        add(service + "ModelMetadata", ModelMetadataRequest.parser(), pages::model);
    }

    private void addRepository(RepositoryCalls calls) {
        String service = "/" + INFERENCE_SERVICE + "/";
        add(service + "RepositoryIndex", RepositoryIndexRequest.parser(), calls::index);
        methods.put(
                service + "RepositoryModelLoad",
                call -> readOne(call, RepositoryModelLoadRequest.parser(), request -> calls.load(call, request)));
        methods.put(
                service + "RepositoryModelUnload",
                call -> readOne(call, RepositoryModelUnloadRequest.parser(), request -> calls.unload(call, request)));
    }

    private void addHealth(Health health) {
        String service = "/" + HEALTH_SERVICE + "/";
        add(service + "Check", HealthCheckRequest.parser(), health::check);
        methods.put(
                service + "Watch",
                call -> readOne(call, HealthCheckRequest.parser(), request -> health.watch(call, request)));
    }

    /** Whether a request is a call. */
    public static boolean takes(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        return type != null
                && type.startsWith(CONTENT_TYPE)
                && (type.length() == CONTENT_TYPE.length() || "+;".indexOf(type.charAt(CONTENT_TYPE.length())) >= 0);
    }

    /** Answers a call, sooner or later; on its event loop. */
    public void handle(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().setStatusCode(505).end("gRPC needs HTTP/2");
            return;
        }
        GrpcCall call = GrpcCall.begin(request);
        Consumer<GrpcCall> method = methods.get(request.path());
        if (method == null) {
            call.fail(GrpcStatus.unimplemented(request.path()));
        } else {
            method.accept(call);
        }
    }

    /** Answers one message with one other, at once. */
    private interface Method<Q> {
        MessageLite answer(Q question) throws RefusedException;
    }

    private interface Step<Q> {
        void run(Q question) throws RefusedException;
    }

    private <Q extends MessageLite> void add(String path, Parser<Q> parser, Method<Q> method) {
        methods.put(path, call -> readOne(call, parser, question -> call.succeed(method.answer(question), Map.of())));
    }

    private <Q extends MessageLite> void readOne(GrpcCall call, Parser<Q> parser, Step<Q> step) {
        MessageReader.read(call.request(), SMALL_MESSAGE, inference.admission(), new MessageReader.Listener() {
            @Override
            public void message(byte[] message, boolean packed, Admission.Ticket ticket) {
                ticket.close();
                try {
                    if (packed) {
                        throw RefusedException.malformed("Only messages of inference may be packed");
                    }
                    step.run(parser.parseFrom(message));
                } catch (RefusedException e) {
                    call.fail(e.failure());
                } catch (InvalidProtocolBufferException e) {
                    call.fail(Failure.badRequest("The message is none of this method: " + e.getMessage()));
                }
            }

            @Override
            public void end() {
                call.fail(Failure.badRequest("The call has no message"));
            }

            @Override
            public void refused(Failure failure) {
                call.fail(failure);
            }

            @Override
            public void broken() {
                call.abandon();
            }
        });
    }
}
