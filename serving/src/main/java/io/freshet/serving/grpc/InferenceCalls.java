package io.freshet.serving.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.freshet.serving.grpc.wire.ModelInferRequest;
import io.freshet.serving.inference.Admission;
import io.freshet.serving.inference.Call;
import io.freshet.serving.inference.Compression;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.ImageTensors;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.inference.OutputTensor;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.RequestHeaders;
import io.freshet.serving.inference.RequestMetrics;
import io.freshet.serving.inference.RequestedOutput;
import io.freshet.serving.inference.Target;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The calls that ask for predictions: one request and one answer, or a stream of them. Thread safe. */
final class InferenceCalls {

    /** A message of that size is read in some 50 microseconds, however it holds its tensors. */
    private static final int LIGHT_BYTES = 16 << 10;

    /** So many numbers are written in some 50 microseconds. */
    private static final int LIGHT_NUMBERS = 16 << 10;

    private final Inference inference;
    private final RequestMetrics metrics;

    InferenceCalls(Inference inference, MeterRegistry registry) {
        this.inference = inference;
        this.metrics = new RequestMetrics(registry);
    }

    /** ModelInfer; a second message is not waited for. */
    void one(GrpcCall call) {
        read(call, new MessageReader.Listener() {
            @Override
            public void message(byte[] message, boolean packed, Admission.Ticket ticket) {
                answer(message, packed, InferenceExchange.only(call, metrics, inference.tracing(), ticket));
            }

            @Override
            public void end() {
                call.fail(Failure.badRequest("The call has no message"));
            }

            @Override
            public void refused(Failure failure) {
                InferenceExchange.unread(call, metrics, inference.tracing()).fail(failure);
            }

            @Override
            public void broken() {
                call.abandon();
            }
        });
    }

    /** ModelStreamInfer: a request is read when the one before it is answered. */
    void stream(GrpcCall call) {
        StreamListener listener = new StreamListener(call);
        listener.reader = read(call, listener);
    }

    private MessageReader read(GrpcCall call, MessageReader.Listener listener) {
        return MessageReader.read(call.request(), inference.limits().maxBodyBytes(), inference.admission(), listener);
    }

    private final class StreamListener implements MessageReader.Listener {

        private final GrpcCall call;
        private MessageReader reader;

        @SuppressWarnings("NullAway.Init") // set before control goes back to the event loop, and so before a message
        StreamListener(GrpcCall call) {
            this.call = call;
        }

        @Override
        public void message(byte[] message, boolean packed, Admission.Ticket ticket) {
            answer(
                    message,
                    packed,
                    InferenceExchange.ofStream(call, metrics, inference.tracing(), ticket, reader::next));
        }

        @Override
        public void end() {
            call.succeed();
        }

        @Override
        public void refused(Failure failure) {
            InferenceExchange.unread(call, metrics, inference.tracing()).fail(failure);
        }

        @Override
        public void broken() {
            call.abandon();
        }
    }

    private void answer(byte[] message, boolean packed, InferenceExchange exchange) {
        boolean light = !packed && message.length <= LIGHT_BYTES;
        inference.answer(exchange, light, () -> call(exchange, packed ? unpack(message, exchange) : message));
    }

    private byte[] unpack(byte[] message, InferenceExchange exchange) throws RefusedException {
        String coding = Optional.ofNullable(exchange.request().getHeader("grpc-encoding"))
                .orElse("identity");
        Compression compression = Compression.named(coding)
                .orElseThrow(() -> new RefusedException(Failure.of(
                        415, "Messages cannot be packed as '" + coding + "'; gzip and deflate are understood")));
        return compression.unpack(message, inference.limits().maxBodyBytes(), exchange.ticket());
    }

    private Call call(InferenceExchange exchange, byte[] message) throws RefusedException {
        ModelInferRequest request = parse(message);
        exchange.name(request.getId());
        Target target = ServerPages.find(inference, request.getModelName(), request.getModelVersion());
        return switch (target) {
            case Target.Missing missing -> throw new RefusedException(missing.failure());
            case Target.Found found -> call(exchange, request, found);
        };
    }

    private Call call(InferenceExchange exchange, ModelInferRequest request, Target.Found target)
            throws RefusedException {
        HttpServerRequest head = exchange.request();
        Provenance provenance =
                RequestHeaders.provenance(head::getHeader, exchange.requestId(), inference.defaultSource());
        List<ImageInput> images = ImageTensors.read(
                InferenceMessages.inputs(request),
                target.descriptor().input(),
                inference.limits().maxImages());
        List<RequestedOutput> outputs = InferenceMessages.outputs(request);
        long numbers = OutputTensor.numbers(
                images.size(),
                outputs,
                target.descriptor().classes().size(),
                target.descriptor().embeddingSize());
        return new Call(
                target,
                images,
                provenance,
                numbers <= LIGHT_NUMBERS,
                answered -> exchange.succeed(
                        answered.model().modelVersion(), InferenceMessages.answer(request, outputs, answered)));
    }

    /** The request's tensors are views of the message's bytes. */
    private static ModelInferRequest parse(byte[] message) throws RefusedException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(message).newCodedInput();
        in.enableAliasing(true);
        try {
            return ModelInferRequest.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw RefusedException.malformed("The message is no ModelInferRequest: " + e.getMessage());
        } catch (IOException e) {
            throw new AssertionError("The message lies in memory", e);
        }
    }
}
