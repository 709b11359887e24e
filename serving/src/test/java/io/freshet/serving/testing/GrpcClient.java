package io.freshet.serving.testing;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.freshet.serving.grpc.wire.ModelInferRequest;
import io.freshet.serving.grpc.wire.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Future;

/** gRPC's own client of a replica on the loopback interface. Thread safe. The caller closes it. */
public final class GrpcClient implements AutoCloseable {

    /** The service of the Open Inference Protocol. */
    public static final String INFERENCE = "inference.GRPCInferenceService";

    private final ManagedChannel connection;
    private final Channel channel;

    private GrpcClient(ManagedChannel connection, Channel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    public GrpcClient(int port) {
        this.connection = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .disableRetry() // a test wants to see each failure
                .build();
        this.channel = connection;
    }

    /** Over TLS, of a replica that shows this certificate. */
    public static GrpcClient overTls(int port, Path certificate) throws IOException {
        ManagedChannel connection = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(certificate.toFile())
                        .build())
                .disableRetry()
                .build();
        return new GrpcClient(connection, connection);
    }

    /** Over the same connection, with a header on each call. */
    public GrpcClient withHeader(String name, String value) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
        return new GrpcClient(
                connection,
                ClientInterceptors.intercept(connection, MetadataUtils.newAttachHeadersInterceptor(headers)));
    }

    /** Calls a method of the inference service. */
    public <A extends MessageLite> A call(String method, MessageLite request, Parser<A> response) {
        return ClientCalls.blockingUnaryCall(channel, method(method, response), CallOptions.DEFAULT, request);
    }

    private static <A extends MessageLite> MethodDescriptor<MessageLite, A> method(String name, Parser<A> response) {
        return MethodDescriptor.<MessageLite, A>newBuilder(new Requests(), new Answers<>(response))
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(INFERENCE + "/" + name)
                .build();
    }

    public ModelInferResponse infer(ModelInferRequest request) {
        return call("ModelInfer", request, ModelInferResponse.parser());
    }

    /** The same, not waited for. */
    public Future<ModelInferResponse> begin(ModelInferRequest request) {
        return ClientCalls.futureUnaryCall(
                channel.newCall(method("ModelInfer", ModelInferResponse.parser()), CallOptions.DEFAULT), request);
    }

    private static final class Requests implements MethodDescriptor.Marshaller<MessageLite> {

        @Override
        public InputStream stream(MessageLite message) {
            return message.toByteString().newInput();
        }

        @Override
        public MessageLite parse(InputStream stream) {
            throw new UnsupportedOperationException("A client reads no requests");
        }
    }

    private record Answers<A extends MessageLite>(Parser<A> parser) implements MethodDescriptor.Marshaller<A> {

        @Override
        public InputStream stream(A message) {
            throw new UnsupportedOperationException("A client writes no answers");
        }

        @Override
        public A parse(InputStream stream) {
            try (stream) {
                return parser.parseFrom(stream);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        connection.shutdownNow();
    }
}
