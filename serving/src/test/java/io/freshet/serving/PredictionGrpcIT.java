package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.grpc.wire.InferTensorContents;
import io.freshet.serving.grpc.wire.ModelInferRequest;
import io.freshet.serving.grpc.wire.ModelInferRequest.InferInputTensor;
import io.freshet.serving.grpc.wire.ModelInferResponse;
import io.freshet.serving.grpc.wire.ModelMetadataRequest;
import io.freshet.serving.grpc.wire.ModelMetadataResponse;
import io.freshet.serving.grpc.wire.ModelReadyRequest;
import io.freshet.serving.grpc.wire.ModelReadyResponse;
import io.freshet.serving.grpc.wire.RetryInfo;
import io.freshet.serving.grpc.wire.ServerLiveRequest;
import io.freshet.serving.grpc.wire.ServerLiveResponse;
import io.freshet.serving.grpc.wire.Status;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.GrpcClient;
import io.freshet.serving.testing.TinyModels;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpClient.Version;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionGrpcIT {

    private static final ImageShape SHAPE = TinyModels.SHAPE;
    private static final byte[] PIXELS = TinyModels.pixels(11, SHAPE);
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static GrpcClient client;

    @BeforeAll
    static void start() throws Exception {
        // The first image of a batch waits long enough for a test to fill the room behind it.
        BatchingConfig batching = new BatchingConfig(1, 4, Duration.ofMinutes(1), Duration.ofSeconds(3), 64);
        CaptureConfig capture =
                Deployment.capture(CaptureMode.ASYNC, CaptureConfig.defaults().timeout());
        deployment = Deployment.start(folder, Deployment.config(folder, List.of(), capture, batching));
        client = new GrpcClient(deployment.service().port());
        deployment.announce(new ModelVersion("tiny", 3));
        await().until(deployment.service()::isReady);
    }

    @AfterAll
    static void stop() {
        client.close();
        deployment.close();
    }

    /** Four images fill a batch, which then does not wait. */
    private static ModelInferRequest.Builder raw(int images) {
        ByteString pixels = ByteString.copyFrom(Collections.nCopies(images, ByteString.copyFrom(PIXELS)));
        return ModelInferRequest.newBuilder()
                .setModelName("tiny")
                .addInputs(input("UINT8", images))
                .addRawInputContents(pixels);
    }

    private static InferInputTensor.Builder input(String datatype, long images) {
        return InferInputTensor.newBuilder()
                .setName("images")
                .setDatatype(datatype)
                .addAllShape(List.of(images, (long) SHAPE.height(), (long) SHAPE.width(), (long) SHAPE.channels()));
    }

    private static List<Float> floats(ByteString raw) {
        List<Float> floats = new ArrayList<>();
        FloatBuffer buffer =
                raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        while (buffer.hasRemaining()) {
            floats.add(buffer.get());
        }
        return floats;
    }

    private static void assertRefused(ModelInferRequest.Builder request, Code code, String... words) {
        assertFails(request, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(code);
            assertThat(refused.getStatus().getDescription()).contains(words);
        });
    }

    private static void assertFails(ModelInferRequest.Builder request, Consumer<StatusRuntimeException> check) {
        assertThatThrownBy(() -> client.infer(request.build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, check);
    }

    @Test
    void rawTensorsAreAnsweredWithRawTensors() {
        ModelInferResponse response = client.infer(raw(4).setId("q 7").build());

        assertThat(response.getModelName()).isEqualTo("tiny");
        assertThat(response.getModelVersion()).isEqualTo("3");
        assertThat(response.getId()).isEqualTo("q 7");
        assertThat(response.getOutputsList())
                .extracting(ModelInferResponse.InferOutputTensor::getName)
                .containsExactly("probabilities", "embedding");
        assertThat(response.getOutputs(0).getShapeList()).containsExactly(4L, 10L);
        List<Float> probabilities = floats(response.getRawOutputContents(0));
        assertThat(probabilities).hasSize(40);
        assertThat(probabilities.subList(0, 10).stream().mapToDouble(p -> p).sum())
                .isCloseTo(1, within(1e-3));
        assertThat(floats(response.getRawOutputContents(1))).hasSize(4 * TinyModels.EMBEDDING);
    }

    @Test
    void typedTensorsAreAnsweredWithTypedTensorsAndMeanTheSame() {
        InferTensorContents.Builder pixels = InferTensorContents.newBuilder();
        for (int i = 0; i < 4 * PIXELS.length; i++) {
            pixels.addFp32Contents(PIXELS[i % PIXELS.length] & 0xff);
        }
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName("tiny")
                .setModelVersion("3")
                .addInputs(input("FP32", 4).setContents(pixels))
                .build();
        ModelInferResponse response = client.infer(request);

        List<Float> expected =
                floats(client.infer(raw(4).build()).getRawOutputContents(0)).subList(0, 10);
        List<Float> got = response.getOutputs(0).getContents().getFp32ContentsList();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(got.get(i)).isCloseTo(expected.get(i), within(1e-5f));
        }
        assertThat(response.getRawOutputContentsCount()).isZero();
    }

    @Test
    void filesAreDecoded() {
        ByteString png = ByteString.copyFrom(
                PixelImage.ofGray(SHAPE.width(), SHAPE.height(), PIXELS).toPng().bytes());
        InferInputTensor.Builder input = InferInputTensor.newBuilder()
                .setName("images")
                .setDatatype("BYTES")
                .addShape(4)
                .setContents(InferTensorContents.newBuilder().addAllBytesContents(List.of(png, png, png, png)));

        assertThat(client.infer(ModelInferRequest.newBuilder()
                                .setModelName("tiny")
                                .addInputs(input)
                                .build())
                        .getOutputs(0)
                        .getShapeList())
                .containsExactly(4L, 10L);
    }

    @Test
    void whatCannotBeAnsweredIsToldWithItsStatus() {
        assertRefused(raw(4).setModelName("other"), Code.NOT_FOUND, "'other'", "tiny");
        assertRefused(raw(4).setModelVersion("9"), Code.NOT_FOUND, "Version 9", "tiny/3");
        assertRefused(raw(4).clearRawInputContents(), Code.INVALID_ARGUMENT, "no data");
        assertRefused(raw(4).addRawInputContents(ByteString.EMPTY), Code.INVALID_ARGUMENT, "2 entries", "1 inputs");
        assertRefused(
                raw(4).setInputs(0, input("FP16", 4)).setRawInputContents(0, ByteString.copyFrom(new byte[3])),
                Code.INVALID_ARGUMENT,
                "3 bytes");
        assertRefused(raw(4).setInputs(0, input("UINT8", 3)), Code.INVALID_ARGUMENT, "2352", "3136");
        assertRefused(
                raw(4).addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                        .setName("Zürich 100%")),
                Code.INVALID_ARGUMENT,
                "'Zürich 100%'");
    }

    @Test
    void aMessageThatIsNoneIsAnInvalidArgument() {
        assertThatThrownBy(() -> client.call("ModelInfer", garbage(), ModelInferResponse.parser()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT));
    }

    /** Bytes whose second field is a string that is cut off. */
    private static MessageLite garbage() {
        return ModelReadyRequest.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                5,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFrom(new byte[] {10, 99}))
                                        .build())
                        .build())
                .build();
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedBeforeItIsRead() {
        assertRefused(raw(4).setId("i".repeat(1 << 20)), Code.RESOURCE_EXHAUSTED, "1048576");
    }

    @Test
    void whoFindsNoRoomIsToldWhenToTryAgain() throws Exception {
        ModelInferRequest.Builder large = raw(1).setId("i".repeat(900_000));
        Future<ModelInferResponse> first = client.begin(large.build());
        Future<ModelInferResponse> second = client.begin(large.build());
        await().until(() -> deployment.value("freshet.serving.queue") == 2);

        assertFails(large, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            Metadata trailers = refused.getTrailers();
            assertThat(trailers).isNotNull();
            assertThat(retryDelay(trailers.get(DETAILS))).isEqualTo(1);
            assertThat(trailers.get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)))
                    .isEqualTo("1000");
        });

        assertThat(first.get().getOutputsCount()).isEqualTo(2);
        assertThat(second.get().getOutputsCount()).isEqualTo(2);
        assertThat(client.infer(raw(4).setId("i".repeat(900_000)).build()).getOutputsCount())
                .isEqualTo(2);
    }

    private static long retryDelay(byte[] details) {
        try {
            return Status.parseFrom(details)
                    .getDetails(0)
                    .unpack(RetryInfo.class)
                    .getRetryDelay()
                    .getSeconds();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void serverAndModelTellOfThemselves() {
        assertThat(client.call("ServerLive", ServerLiveRequest.getDefaultInstance(), ServerLiveResponse.parser())
                        .getLive())
                .isTrue();
        assertThat(client.call(
                                "ModelReady",
                                ModelReadyRequest.newBuilder().setName("tiny").build(),
                                ModelReadyResponse.parser())
                        .getReady())
                .isTrue();
        ModelMetadataResponse model = client.call(
                "ModelMetadata",
                ModelMetadataRequest.newBuilder().setName("tiny").build(),
                ModelMetadataResponse.parser());
        assertThat(model.getVersionsList()).containsExactly("3");
        assertThat(model.getInputs(0).getShapeList()).containsExactly(-1L, 28L, 28L, 1L);
    }

    @Test
    void whatIsNoMethodIsUnimplemented() {
        assertThatThrownBy(() ->
                        client.call("ModelConfig", ServerLiveRequest.getDefaultInstance(), ServerLiveResponse.parser()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED));
    }

    @Test
    void aCallOverHttp1IsTurnedDown() throws Exception {
        try (Client http = new Client(deployment.service().port(), Version.HTTP_1_1)) {
            assertThat(http.post("/" + GrpcClient.INFERENCE + "/ModelInfer", "application/grpc", new byte[5])
                            .status())
                    .isEqualTo(505);
        }
    }

    @Test
    void callsCountAsRequestsOfTheirOwnApi() {
        client.infer(raw(4).build());
        assertFails(raw(4).setModelName("other"), refused -> {});

        assertThat(deployment.registry().scrape())
                .contains("freshet_serving_requests_seconds_count{api=\"grpc\",outcome=\"ok\"}")
                .contains("freshet_serving_requests_seconds_count{api=\"grpc\",outcome=\"client_error\"}");
    }
}
