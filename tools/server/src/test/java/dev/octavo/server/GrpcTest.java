package dev.octavo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.server.grpc.proto.InferParameter;
import dev.octavo.server.grpc.proto.InferTensorContents;
import dev.octavo.server.grpc.proto.ModelInferRequest;
import dev.octavo.server.grpc.proto.ModelInferRequest.InferInputTensor;
import dev.octavo.server.grpc.proto.ModelInferRequest.InferRequestedOutputTensor;
import dev.octavo.server.grpc.proto.ModelInferResponse;
import dev.octavo.server.grpc.proto.ModelMetadataRequest;
import dev.octavo.server.grpc.proto.ModelMetadataResponse;
import dev.octavo.server.grpc.proto.ModelReadyRequest;
import dev.octavo.server.grpc.proto.ModelReadyResponse;
import dev.octavo.server.grpc.proto.ModelStatisticsRequest;
import dev.octavo.server.grpc.proto.ModelStatisticsResponse;
import dev.octavo.server.grpc.proto.RepositoryIndexRequest;
import dev.octavo.server.grpc.proto.RepositoryIndexResponse;
import dev.octavo.server.grpc.proto.RepositoryModelLoadRequest;
import dev.octavo.server.grpc.proto.RepositoryModelLoadResponse;
import dev.octavo.server.grpc.proto.ServerLiveRequest;
import dev.octavo.server.grpc.proto.ServerLiveResponse;
import dev.octavo.server.grpc.proto.ServerMetadataRequest;
import dev.octavo.server.grpc.proto.ServerMetadataResponse;
import dev.octavo.server.grpc.proto.ServerReadyRequest;
import dev.octavo.server.grpc.proto.ServerReadyResponse;
import dev.octavo.serving.SmallModels;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gRPC form of the protocol, with the client of another library. */
class GrpcTest {
    private static final byte[] PICTURE = new byte[TestServer.ROW_BYTES];

    @TempDir
    static Path folder;

    private static TestServer server;
    private static ManagedChannel channel;
    private static float[] expected;

    @BeforeAll
    static void start() throws IOException {
        new Random(4).nextBytes(PICTURE);
        server = TestServer.start(folder, options -> options);
        channel = channel(server.server.grpcPort());
        try (Model model = SmallModels.ofSide(TestServer.SIDE, true);
                Session session = model.newSession()) {
            expected = session.run(Tensor.of(PICTURE, 1, 8, 8, 3)).toFloatArray();
        }
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    private record Marshaller<T extends MessageLite>(Parser<T> parser) implements MethodDescriptor.Marshaller<T> {
        @Override
        public InputStream stream(T message) {
            return message.toByteString().newInput();
        }

        @Override
        public T parse(InputStream stream) {
            try {
                return parser.parseFrom(stream);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <Q extends MessageLite, A extends MessageLite> A call(
            ManagedChannel to, String method, Q request, Parser<A> answer, CallOptions options) {
        MethodDescriptor<Q, A> descriptor = MethodDescriptor.<Q, A>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("inference.GRPCInferenceService/" + method)
                .setRequestMarshaller(new Marshaller<>((Parser<Q>) request.getParserForType()))
                .setResponseMarshaller(new Marshaller<>(answer))
                .build();
        return ClientCalls.blockingUnaryCall(to, descriptor, options, request);
    }

    private static <Q extends MessageLite, A extends MessageLite> A call(String method, Q request, Parser<A> answer) {
        return call(channel, method, request, answer, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    }

    private static InferInputTensor.Builder input() {
        return InferInputTensor.newBuilder()
                .setName("picture")
                .setDatatype("UINT8")
                .addShape(1)
                .addShape(8)
                .addShape(8)
                .addShape(3);
    }

    private static ModelInferRequest.Builder raw() {
        return ModelInferRequest.newBuilder()
                .setModelName("small")
                .setId("7")
                .addInputs(input())
                .addRawInputContents(ByteString.copyFrom(PICTURE));
    }

    private static float[] logits(ModelInferResponse response) {
        ByteBuffer bytes =
                response.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return new float[] {bytes.getFloat(), bytes.getFloat()};
    }

    private static Status.Code status(ModelInferRequest.Builder request) {
        try {
            call("ModelInfer", request.build(), ModelInferResponse.parser());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void answersAllCallsOfTheProtocol() {
        assertThat(call("ServerLive", ServerLiveRequest.getDefaultInstance(), ServerLiveResponse.parser())
                        .getLive())
                .isTrue();
        assertThat(call("ServerReady", ServerReadyRequest.getDefaultInstance(), ServerReadyResponse.parser())
                        .getReady())
                .isTrue();
        assertThat(call("ServerMetadata", ServerMetadataRequest.getDefaultInstance(), ServerMetadataResponse.parser())
                        .getExtensionsList())
                .contains("binary_tensor_data");
        assertThat(call(
                                "ModelReady",
                                ModelReadyRequest.newBuilder().setName("small").build(),
                                ModelReadyResponse.parser())
                        .getReady())
                .isTrue();
        assertThat(call(
                                "ModelReady",
                                ModelReadyRequest.newBuilder().setName("none").build(),
                                ModelReadyResponse.parser())
                        .getReady())
                .isFalse();
        ModelMetadataResponse metadata = call(
                "ModelMetadata",
                ModelMetadataRequest.newBuilder().setName("small").build(),
                ModelMetadataResponse.parser());
        assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 8L, 8L, 3L);
        assertThat(call(
                                "RepositoryIndex",
                                RepositoryIndexRequest.getDefaultInstance(),
                                RepositoryIndexResponse.parser())
                        .getModels(0)
                        .getState())
                .isEqualTo("READY");
    }

    @Test
    void infersFromRawAndFromTypedContents() {
        ModelInferResponse answer = call("ModelInfer", raw().build(), ModelInferResponse.parser());
        assertThat(answer.getId()).isEqualTo("7");
        assertThat(answer.getModelVersion()).isEqualTo("1");
        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L, 2L, 1L, 1L);
        assertThat(logits(answer)).isEqualTo(expected);
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (byte sample : PICTURE) {
            contents.addUintContents(Byte.toUnsignedInt(sample));
        }
        ModelInferRequest typed = ModelInferRequest.newBuilder()
                .setModelName("small")
                .addInputs(input().setContents(contents))
                .build();
        assertThat(logits(call("ModelInfer", typed, ModelInferResponse.parser())))
                .isEqualTo(expected);
        assertThat(call(
                                "ModelStatistics",
                                ModelStatisticsRequest.newBuilder()
                                        .setName("small")
                                        .build(),
                                ModelStatisticsResponse.parser())
                        .getModelStats(0)
                        .getInferenceCount())
                .isPositive();
    }

    @Test
    void namesClassesAndAnswersAtTheHttpPortToo() {
        ModelInferRequest request = raw().addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("logits")
                        .putParameters(
                                "classification",
                                InferParameter.newBuilder().setInt64Param(2).build()))
                .build();
        ManagedChannel http = channel(server.port());
        try {
            ModelInferResponse answer =
                    call(http, "ModelInfer", request, ModelInferResponse.parser(), CallOptions.DEFAULT);
            assertThat(answer.getOutputs(0).getDatatype()).isEqualTo("BYTES");
            assertThat(answer.getRawOutputContents(0).toStringUtf8()).contains("even", "odd");
        } finally {
            http.shutdownNow();
        }
    }

    @Test
    void tellsWhatIsWrong() {
        assertThat(status(raw().setModelName("none"))).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status(raw().setModelVersion("9"))).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status(raw().clearRawInputContents())).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(raw().clearInputs())).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(raw().addRawInputContents(ByteString.EMPTY))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(raw().setInputs(0, input().setDatatype("FP64")))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(raw().setInputs(0, input().setShape(0, 1L << 60)))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(raw().setInputs(0, input().setShape(1, -1)))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(raw().setInputs(
                                0,
                                input().setContents(
                                                InferTensorContents.newBuilder().addUintContents(1)))))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(raw().putParameters(
                                "priority",
                                InferParameter.newBuilder().setInt64Param(9).build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(
                        raw().addOutputs(InferRequestedOutputTensor.newBuilder().setName("none"))))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThatThrownBy(() -> call(
                        "RepositoryModelLoad",
                        RepositoryModelLoadRequest.newBuilder()
                                .setModelName("small")
                                .build(),
                        RepositoryModelLoadResponse.parser()))
                .asInstanceOf(type(StatusRuntimeException.class))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
        assertThatThrownBy(() -> call("Nothing", ServerLiveRequest.getDefaultInstance(), ServerLiveResponse.parser()))
                .asInstanceOf(type(StatusRuntimeException.class))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
        assertThat(status(raw())).isEqualTo(Status.Code.OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void takesMessagesHoweverTheyAreCompressed(String compression) {
        ModelInferResponse answer = call(
                channel,
                "ModelInfer",
                raw().build(),
                ModelInferResponse.parser(),
                CallOptions.DEFAULT.withCompression(compression));
        assertThat(logits(answer)).isEqualTo(expected);
    }

    @Test
    void refusesMessagesAboveTheLimitOnly() {
        byte[] large = new byte[5 << 20];
        assertThat(status(raw().setRawInputContents(0, ByteString.copyFrom(large))))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        byte[] tooLarge = new byte[65 << 20];
        assertThat(status(raw().setRawInputContents(0, ByteString.copyFrom(tooLarge))))
                .isNotEqualTo(Status.Code.OK);
        assertThat(status(raw())).isEqualTo(Status.Code.OK);
    }
}
