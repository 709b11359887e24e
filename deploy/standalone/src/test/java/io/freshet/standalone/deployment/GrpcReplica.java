package io.freshet.standalone.deployment;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.grpc.wire.ModelInferRequest;
import io.freshet.serving.grpc.wire.ModelInferRequest.InferInputTensor;
import io.freshet.serving.grpc.wire.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** gRPC's own client, with one connection to one replica. Thread safe; the caller closes it. */
final class GrpcReplica implements AutoCloseable {

    private static final int SIDE = 28;

    private static final MethodDescriptor<ModelInferRequest, ModelInferResponse> INFER =
            MethodDescriptor.<ModelInferRequest, ModelInferResponse>newBuilder(
                            new Messages<>(ModelInferRequest::parseFrom), new Messages<>(ModelInferResponse::parseFrom))
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("inference.GRPCInferenceService/ModelInfer")
                    .build();

    private static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;

    GrpcReplica(int port) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    /**
     * Asks for a prediction.
     *
     * @param id of the request
     * @throws io.grpc.StatusRuntimeException if there is none
     */
    void infer(String model, String id, PixelImage image, Duration timeout) {
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("images")
                        .setDatatype("UINT8")
                        .addAllShape(List.of(1L, (long) SIDE, (long) SIDE, 1L)))
                .addRawInputContents(ByteString.copyFrom(image.toModelInput(SIDE, SIDE, 1)))
                .build();
        channel.resetConnectBackoff(); // it may have been away, and come back
        Metadata headers = new Metadata();
        headers.put(REQUEST_ID, id);
        var unused = ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                INFER,
                CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                request);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private interface Parser<M> {
        M parse(byte[] bytes) throws InvalidProtocolBufferException;
    }

    private record Messages<M extends MessageLite>(Parser<M> parser) implements MethodDescriptor.Marshaller<M> {

        @Override
        public InputStream stream(M message) {
            return new ByteArrayInputStream(message.toByteArray());
        }

        @Override
        public M parse(InputStream stream) {
            try (stream) {
                return parser.parse(stream.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
