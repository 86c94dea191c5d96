package dev.octavo.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.server.grpc.proto.InferBatchStatistics;
import dev.octavo.server.grpc.proto.InferStatistics;
import dev.octavo.server.grpc.proto.ModelInferRequest;
import dev.octavo.server.grpc.proto.ModelMetadataRequest;
import dev.octavo.server.grpc.proto.ModelMetadataResponse;
import dev.octavo.server.grpc.proto.ModelMetadataResponse.TensorMetadata;
import dev.octavo.server.grpc.proto.ModelReadyRequest;
import dev.octavo.server.grpc.proto.ModelReadyResponse;
import dev.octavo.server.grpc.proto.ModelStatistics;
import dev.octavo.server.grpc.proto.ModelStatisticsRequest;
import dev.octavo.server.grpc.proto.ModelStatisticsResponse;
import dev.octavo.server.grpc.proto.RepositoryIndexRequest;
import dev.octavo.server.grpc.proto.RepositoryIndexResponse;
import dev.octavo.server.grpc.proto.RepositoryModelLoadRequest;
import dev.octavo.server.grpc.proto.RepositoryModelLoadResponse;
import dev.octavo.server.grpc.proto.RepositoryModelUnloadRequest;
import dev.octavo.server.grpc.proto.RepositoryModelUnloadResponse;
import dev.octavo.server.grpc.proto.ServerLiveRequest;
import dev.octavo.server.grpc.proto.ServerLiveResponse;
import dev.octavo.server.grpc.proto.ServerMetadataRequest;
import dev.octavo.server.grpc.proto.ServerMetadataResponse;
import dev.octavo.server.grpc.proto.ServerReadyRequest;
import dev.octavo.server.grpc.proto.ServerReadyResponse;
import dev.octavo.server.grpc.proto.StatisticDuration;
import dev.octavo.server.inference.Inference;
import dev.octavo.server.observe.Metrics;
import dev.octavo.server.protocol.DataType;
import dev.octavo.server.protocol.InferRequest;
import dev.octavo.server.protocol.InferResponse;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.ProtocolException.Kind;
import dev.octavo.server.protocol.Texts;
import dev.octavo.server.repository.ModelRepository;
import dev.octavo.server.repository.ModelStatus;
import dev.octavo.server.repository.RepositoryException;
import dev.octavo.server.repository.ServedModel;
import dev.octavo.serving.PredictorStatistics;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.common.WireFormat;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The gRPC form of the Open Inference Protocol, with the statistics and repository extensions. */
public final class GrpcApi {
    private static final ServiceName SERVICE = ServiceName.create("inference.GRPCInferenceService");
    private static final String VERSION = "0.1.0";

    private final ModelRepository repository;
    private final Inference inference;
    private final Metrics metrics;
    private final boolean control;
    private final BooleanSupplier ready;
    private final List<String> extensions;
    private final Consumer<Runnable> preparation;
    private final GrpcServer server;

    /**
     * Creates it.
     *
     * @param extensions that the server says it has
     * @param maxMessage most bytes of a message
     * @param control whether clients may load and unload models
     * @param ready whether the server is
     * @param preparation runs what takes longer than an event loop may
     */
    public GrpcApi(
            Vertx vertx,
            ModelRepository repository,
            Inference inference,
            Metrics metrics,
            List<String> extensions,
            int maxMessage,
            boolean control,
            BooleanSupplier ready,
            Consumer<Runnable> preparation) {
        this.repository = repository;
        this.inference = inference;
        this.metrics = metrics;
        this.control = control;
        this.ready = ready;
        this.extensions = List.copyOf(extensions);
        this.preparation = preparation;
        this.server = GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(maxMessage));
        unary(
                "ServerLive",
                ServerLiveRequest.parser(),
                request -> ServerLiveResponse.newBuilder().setLive(true).build());
        unary(
                "ServerReady",
                ServerReadyRequest.parser(),
                request -> ServerReadyResponse.newBuilder()
                        .setReady(ready.getAsBoolean())
                        .build());
        unary("ServerMetadata", ServerMetadataRequest.parser(), request -> serverMetadata());
        unary("ModelReady", ModelReadyRequest.parser(), this::modelReady);
        unary("ModelMetadata", ModelMetadataRequest.parser(), this::modelMetadata);
        unary("ModelStatistics", ModelStatisticsRequest.parser(), this::statistics);
        unary("RepositoryIndex", RepositoryIndexRequest.parser(), this::index);
        slow("RepositoryModelLoad", RepositoryModelLoadRequest.parser(), this::load);
        slow("RepositoryModelUnload", RepositoryModelUnloadRequest.parser(), this::unload);
        server.callHandler(method("ModelInfer", ModelInferRequest.parser()), this::infer);
    }

    /** Takes a call, unless it may not be or the server is ending. */
    public void handle(HttpServerRequest request, boolean allowed, boolean draining) {
        if (!allowed || draining) {
            GrpcStatus status = allowed ? GrpcStatus.UNAVAILABLE : GrpcStatus.UNAUTHENTICATED;
            metrics.grpc(status.name());
            request.response()
                    .putHeader("content-type", "application/grpc")
                    .putHeader("grpc-status", Integer.toString(status.code))
                    .putHeader(
                            "grpc-message",
                            allowed ? "the server is ending" : "a bearer token is needed: authorization: Bearer TOKEN")
                    .end();
            return;
        }
        server.handle(request);
        request.resume();
    }

    private static <T extends MessageLite> ServiceMethod<T, MessageLite> method(String name, Parser<T> parser) {
        GrpcMessageDecoder<T> decoder = new GrpcMessageDecoder<>() {
            @Override
            public T decode(GrpcMessage message) {
                try {
                    return parser.parseFrom(message.payload().getBytes());
                } catch (InvalidProtocolBufferException e) {
                    throw new CodecException(e);
                }
            }

            @Override
            public boolean accepts(WireFormat format) {
                return format == WireFormat.PROTOBUF;
            }
        };
        GrpcMessageEncoder<MessageLite> encoder = new GrpcMessageEncoder<>() {
            @Override
            public GrpcMessage encode(MessageLite message, WireFormat format) {
                return GrpcMessage.message("identity", Buffer.buffer(message.toByteArray()));
            }

            @Override
            public boolean accepts(WireFormat format) {
                return format == WireFormat.PROTOBUF;
            }
        };
        return ServiceMethod.server(SERVICE, name, encoder, decoder);
    }

    /** What a call that needs no computation answers. */
    private interface Answer<T> {
        MessageLite of(T request);
    }

    private <T extends MessageLite> void unary(String name, Parser<T> parser, Answer<T> answer) {
        server.callHandler(
                method(name, parser),
                call -> call.handler(message -> {
                    try {
                        send(call, answer.of(message));
                    } catch (RuntimeException e) {
                        fail(call, e);
                    }
                }));
    }

    /** Like {@link #unary}, for what takes long. */
    private <T extends MessageLite> void slow(String name, Parser<T> parser, Answer<T> answer) {
        server.callHandler(
                method(name, parser),
                call -> call.handler(message -> {
                    Context context = Vertx.currentContext();
                    var _ = Thread.ofVirtual().start(() -> {
                        try {
                            MessageLite answered = answer.of(message);
                            context.runOnContext(v -> send(call, answered));
                        } catch (RuntimeException e) {
                            context.runOnContext(v -> fail(call, e));
                        }
                    });
                }));
    }

    private void send(GrpcServerRequest<?, MessageLite> call, MessageLite message) {
        metrics.grpc("OK");
        var _ = call.response().end(message);
    }

    private void fail(GrpcServerRequest<?, MessageLite> call, Throwable failure) {
        ProtocolException told = failure instanceof RepositoryException e
                ? ProtocolException.invalid(String.valueOf(e.getMessage()))
                : Inference.translated(failure);
        GrpcStatus status = status(told.kind());
        metrics.grpc(status.name());
        var _ = call.response().status(status).statusMessage(told.text()).end();
    }

    private static GrpcStatus status(Kind kind) {
        return switch (kind) {
            case INVALID, METHOD, TOO_SLOW -> GrpcStatus.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> GrpcStatus.UNAUTHENTICATED;
            case FORBIDDEN -> GrpcStatus.PERMISSION_DENIED;
            case NOT_FOUND -> GrpcStatus.NOT_FOUND;
            case TOO_LARGE, UNAVAILABLE -> GrpcStatus.RESOURCE_EXHAUSTED;
            case DEADLINE -> GrpcStatus.DEADLINE_EXCEEDED;
            case INTERNAL -> GrpcStatus.INTERNAL;
        };
    }

    private void infer(GrpcServerRequest<ModelInferRequest, MessageLite> call) {
        Duration deadline = Duration.ofMillis(Math.max(0, call.timeout()));
        call.handler(message -> {
            Context context = Vertx.currentContext();
            try {
                ServedModel model = inference.model(message.getModelName(), message.getModelVersion());
                InferRequest request = GrpcMessages.request(message, deadline);
                if (Inference.decodes(request)) {
                    preparation.accept(() -> {
                        try {
                            answer(call, context, inference.infer(model, request));
                        } catch (RuntimeException | OutOfMemoryError e) {
                            context.runOnContext(v -> fail(call, e));
                        }
                    });
                } else {
                    answer(call, context, inference.infer(model, request));
                }
            } catch (RuntimeException e) {
                fail(call, e);
            }
        });
    }

    private void answer(
            GrpcServerRequest<ModelInferRequest, MessageLite> call,
            Context context,
            CompletableFuture<InferResponse> future) {
        context.runOnContext(v -> call.response().exceptionHandler(e -> future.cancel(true)));
        var _ = future.thenApply(GrpcMessages::response).handle((message, failure) -> {
            context.runOnContext(v -> {
                if (failure == null) {
                    send(call, message);
                } else {
                    fail(call, failure);
                }
            });
            return null;
        });
    }

    private MessageLite serverMetadata() {
        return ServerMetadataResponse.newBuilder()
                .setName("octavo")
                .setVersion(VERSION)
                .addAllExtensions(extensions)
                .build();
    }

    private MessageLite modelReady(ModelReadyRequest request) {
        boolean serves = repository
                .find(request.getName())
                .filter(model ->
                        request.getVersion().isEmpty() || request.getVersion().equals(model.version()))
                .isPresent();
        return ModelReadyResponse.newBuilder()
                .setReady(serves && ready.getAsBoolean())
                .build();
    }

    private MessageLite modelMetadata(ModelMetadataRequest request) {
        ServedModel model = inference.model(request.getName(), request.getVersion());
        ModelMetadataResponse.Builder metadata = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addVersions(model.version())
                .setPlatform("octavo");
        model.model().inputs().forEach(spec -> metadata.addInputs(tensor(spec)));
        model.model().outputs().forEach(spec -> metadata.addOutputs(tensor(spec)));
        return metadata.build();
    }

    private static TensorMetadata tensor(TensorSpec spec) {
        TensorMetadata.Builder tensor = TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(DataType.of(spec.type()).name());
        spec.shape().forEach(size -> tensor.addShape(size));
        return tensor.build();
    }

    private MessageLite index(RepositoryIndexRequest request) {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        for (ModelStatus status : repository.index()) {
            if (status.ready() || !request.getReady()) {
                index.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                        .setName(status.name())
                        .setVersion(status.version())
                        .setState(status.ready() ? "READY" : "UNAVAILABLE")
                        .setReason(status.reason()));
            }
        }
        return index.build();
    }

    private void allowed() {
        if (!control) {
            throw new ProtocolException(
                    Kind.FORBIDDEN, "models are not loaded and unloaded by clients; start the server with --control");
        }
    }

    private MessageLite load(RepositoryModelLoadRequest request) {
        allowed();
        repository.load(request.getModelName());
        return RepositoryModelLoadResponse.getDefaultInstance();
    }

    private MessageLite unload(RepositoryModelUnloadRequest request) {
        allowed();
        if (!repository.unload(request.getModelName())) {
            throw new ProtocolException(
                    Kind.NOT_FOUND, "there is no model '" + Texts.shown(request.getModelName()) + "' to unload");
        }
        return RepositoryModelUnloadResponse.getDefaultInstance();
    }

    private MessageLite statistics(ModelStatisticsRequest request) {
        List<ServedModel> models = request.getName().isEmpty()
                ? repository.all()
                : List.of(inference.model(request.getName(), request.getVersion()));
        ModelStatisticsResponse.Builder all = ModelStatisticsResponse.newBuilder();
        for (ServedModel model : models) {
            PredictorStatistics counted = model.predictor().statistics();
            ModelStatistics.Builder statistics = ModelStatistics.newBuilder()
                    .setName(model.name())
                    .setVersion(model.version())
                    .setInferenceCount(counted.rows())
                    .setExecutionCount(counted.batches().stream()
                            .mapToLong(PredictorStatistics.BatchStatistics::runs)
                            .sum())
                    .setInferenceStats(InferStatistics.newBuilder()
                            .setSuccess(duration(counted.succeeded(), counted.queueNanos() + counted.computeNanos()))
                            .setFail(duration(counted.failed() + counted.expired() + counted.refused(), 0))
                            .setQueue(duration(counted.succeeded(), counted.queueNanos()))
                            .setComputeInfer(duration(counted.succeeded(), counted.computeNanos())));
            counted.batches()
                    .forEach(batch -> statistics.addBatchStats(InferBatchStatistics.newBuilder()
                            .setBatchSize(batch.rows())
                            .setComputeInfer(duration(batch.runs(), batch.computeNanos()))));
            all.addModelStats(statistics);
        }
        return all.build();
    }

    private static StatisticDuration duration(long count, long nanos) {
        return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
    }
}
