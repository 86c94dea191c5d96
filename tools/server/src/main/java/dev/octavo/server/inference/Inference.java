package dev.octavo.server.inference;

import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.server.protocol.DataType;
import dev.octavo.server.protocol.InferRequest;
import dev.octavo.server.protocol.InferResponse;
import dev.octavo.server.protocol.InferResponse.Output;
import dev.octavo.server.protocol.InputTensor;
import dev.octavo.server.protocol.OutputRequest;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.ProtocolException.Kind;
import dev.octavo.server.protocol.Texts;
import dev.octavo.server.repository.ModelRepository;
import dev.octavo.server.repository.PictureInputs;
import dev.octavo.server.repository.ServedModel;
import dev.octavo.serving.RefusedException;
import dev.octavo.serving.RequestOptions;
import dev.octavo.tools.vision.Picture;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.LongStream;

/** Answers requests of the protocol with the models of a repository. */
public final class Inference {
    private final ModelRepository repository;
    private final int maxRows;
    private final long maxPixels;

    /**
     * Creates it.
     *
     * @param maxRows most pictures of a request
     * @param maxPixels most pixels of a picture
     */
    public Inference(ModelRepository repository, int maxRows, long maxPixels) {
        this.repository = repository;
        this.maxRows = maxRows;
        this.maxPixels = maxPixels;
    }

    /**
     * A model and what it gave.
     *
     * @param model that computed
     * @param outputs of the model, in its order
     */
    public record Result(ServedModel model, List<Tensor> outputs) {}

    /**
     * Returns a model.
     *
     * @param version that it must have; empty for any
     * @throws ProtocolException if there is none
     */
    public ServedModel model(String name, String version) {
        ServedModel model = repository
                .find(name)
                .orElseThrow(() -> new ProtocolException(
                        Kind.NOT_FOUND,
                        "there is no model '" + Texts.shown(name) + "'; see POST /v2/repository/index"));
        if (!version.isEmpty() && !version.equals(model.version())) {
            throw new ProtocolException(
                    Kind.NOT_FOUND,
                    "model '" + Texts.shown(name) + "' has no version '" + Texts.shown(version) + "'; version "
                            + model.version() + " serves");
        }
        return model;
    }

    /**
     * Refuses early what would be refused for want of room, so that no body is read for nothing.
     *
     * @throws ProtocolException if the queue of the model is full
     */
    public static void admit(ServedModel model) {
        if (model.predictor().full()) {
            throw new ProtocolException(
                    Kind.UNAVAILABLE, "the queue of the model is full; try again later", Duration.ofSeconds(1));
        }
    }

    /** Returns whether pictures have to be decoded for a request, which is work for a thread of its own. */
    public static boolean decodes(InferRequest request) {
        return request.inputs().stream().anyMatch(input -> input.type() == DataType.BYTES);
    }

    /**
     * Infers. What is wrong with the request is thrown at once or fails the future, as a {@link ProtocolException}.
     */
    public CompletableFuture<InferResponse> infer(ServedModel model, InferRequest request) {
        List<OutputRequest> asked = asked(model, request);
        List<Tensor> inputs = inputs(model, request);
        return mapped(
                submit(model, inputs, options(request.timeout(), request.priority())),
                result -> response(result, request, asked));
    }

    /** Runs a model on one picture. */
    public CompletableFuture<Result> infer(ServedModel model, Picture picture, Duration timeout) {
        return submit(model, List.of(pictures(model).tensor(List.of(picture))), options(timeout, 0));
    }

    /** Decodes a picture; one that is larger than the limit is refused before it is. */
    public Picture decode(byte[] file) {
        return PictureInputs.decode(file, maxPixels);
    }

    private static RequestOptions options(Duration timeout, int priority) {
        RequestOptions options = RequestOptions.defaults().withTimeout(timeout);
        return priority == 0 ? options : options.withPriority(priority);
    }

    private static PictureInputs pictures(ServedModel model) {
        return model.pictures()
                .orElseThrow(() -> ProtocolException.invalid(
                        "model '" + model.name() + "' takes no pictures of 1 or 3 channels as its only input"));
    }

    private CompletableFuture<Result> submit(ServedModel model, List<Tensor> inputs, RequestOptions options) {
        ServedModel serving = model;
        while (true) {
            try {
                ServedModel used = serving;
                return mapped(serving.predictor().submit(inputs, options), outputs -> new Result(used, outputs));
            } catch (RefusedException e) {
                ServedModel next = repository.find(model.name()).orElse(serving);
                if (e.reason() != RefusedException.Reason.CLOSING || next.equals(serving)) {
                    throw translated(e);
                }
                // It was replaced between the look-up and now: nothing has been computed yet.
                serving = next;
            } catch (IllegalArgumentException e) {
                throw ProtocolException.invalid(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Returns the future of a function of a result; to cancel it cancels the source. */
    private static <T, R> CompletableFuture<R> mapped(CompletableFuture<T> source, Function<T, R> function) {
        CompletableFuture<R> mapped = new CompletableFuture<>();
        var _ = source.whenComplete((result, failure) -> {
            if (failure != null) {
                mapped.completeExceptionally(failure);
                return;
            }
            try {
                mapped.complete(function.apply(result));
            } catch (RuntimeException e) {
                mapped.completeExceptionally(e);
            }
        });
        var _ = mapped.whenComplete((result, failure) -> {
            if (mapped.isCancelled()) {
                source.cancel(true);
            }
        });
        return mapped;
    }

    /** Returns what a client is told of a failure. */
    public static ProtocolException translated(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case ProtocolException e -> e;
            case RefusedException e ->
                new ProtocolException(
                        e.reason() == RefusedException.Reason.EXPIRED ? Kind.DEADLINE : Kind.UNAVAILABLE,
                        String.valueOf(e.getMessage()),
                        e.retryAfter());
            case IllegalArgumentException e -> ProtocolException.invalid(String.valueOf(e.getMessage()));
            case CancellationException _ -> new ProtocolException(Kind.DEADLINE, "the request was cancelled");
            default -> {
                System.getLogger(Inference.class.getName()).log(System.Logger.Level.ERROR, "a request failed", cause);
                yield new ProtocolException(Kind.INTERNAL, "the server failed; its log says why");
            }
        };
    }

    private List<Tensor> inputs(ServedModel model, InferRequest request) {
        List<TensorSpec> specs = model.model().inputs();
        if (request.inputs().size() != specs.size()) {
            throw ProtocolException.invalid(
                    "the request has " + request.inputs().size() + " inputs where the model has "
                            + specs.stream().map(TensorSpec::name).toList());
        }
        List<Tensor> tensors = new ArrayList<>();
        for (TensorSpec spec : specs) {
            InputTensor input = request.inputs().stream()
                    .filter(given -> given.name().equals(spec.name()))
                    .findFirst()
                    .orElseThrow(() -> ProtocolException.invalid("the model has an input '" + spec.name()
                            + "', which the request lacks; it has "
                            + request.inputs().stream()
                                    .map(each -> Texts.shown(each.name()))
                                    .toList()));
            if (input.shape().length > 0 && input.shape()[0] > maxRows) {
                throw new ProtocolException(
                        Kind.TOO_LARGE,
                        "the request has " + input.shape()[0] + " pictures; at most " + maxRows + " are accepted");
            }
            tensors.add(tensor(model, input));
        }
        return tensors;
    }

    private Tensor tensor(ServedModel model, InputTensor input) {
        if (input.type() == DataType.BYTES) {
            List<Picture> decoded = input.strings().stream().map(this::decode).toList();
            return pictures(model).tensor(decoded);
        }
        int[] shape = LongStream.of(input.shape()).mapToInt(Math::toIntExact).toArray();
        return Tensor.wrap(input.type().element(), input.data(), shape);
    }

    private static List<OutputRequest> asked(ServedModel model, InferRequest request) {
        List<String> names =
                model.model().outputs().stream().map(TensorSpec::name).toList();
        if (request.outputs().isEmpty()) {
            return names.stream()
                    .map(name -> new OutputRequest(name, request.binary(), 0))
                    .toList();
        }
        for (OutputRequest output : request.outputs()) {
            if (!names.contains(output.name())) {
                throw ProtocolException.invalid(
                        "the model has no output '" + Texts.shown(output.name()) + "'; it has " + names);
            }
        }
        return request.outputs();
    }

    private static InferResponse response(Result result, InferRequest request, List<OutputRequest> asked) {
        List<TensorSpec> specs = result.model().model().outputs();
        List<Output> outputs = new ArrayList<>();
        for (OutputRequest output : asked) {
            for (int i = 0; i < specs.size(); i++) {
                if (specs.get(i).name().equals(output.name())) {
                    outputs.add(output(
                            output, result.outputs().get(i), result.model().labels()));
                }
            }
        }
        return new InferResponse(result.model().name(), result.model().version(), request.id(), outputs);
    }

    private static Output output(OutputRequest asked, Tensor tensor, List<String> labels) {
        if (asked.classes() > 0) {
            return classification(asked, tensor, labels);
        }
        return new Output(
                asked.name(),
                DataType.of(tensor.type()),
                Arrays.stream(tensor.shape()).asLongStream().toArray(),
                tensor.segment(),
                List.of(),
                asked.binary());
    }

    private static Output classification(OutputRequest asked, Tensor tensor, List<String> labels) {
        int rows = tensor.shape().length > 1 ? tensor.shape()[0] : 1;
        float[] scores = tensor.toFloatArray();
        int classes = scores.length / rows;
        int count = Math.min(asked.classes(), classes);
        List<byte[]> strings = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            float[] one = Arrays.copyOfRange(scores, row * classes, (row + 1) * classes);
            strings.addAll(Classes.strings(one, count, labels));
        }
        return new Output(
                asked.name(), DataType.BYTES, new long[] {rows, count}, MemorySegment.NULL, strings, asked.binary());
    }

    /**
     * Returns the request that a raw body stands for: one tensor of the model's own type, or one encoded picture.
     *
     * @throws ProtocolException if it is neither
     */
    public static InferRequest raw(ServedModel model, byte[] body) {
        List<TensorSpec> specs = model.model().inputs();
        if (specs.size() != 1) {
            throw ProtocolException.invalid("a raw body is one tensor, and the model has " + specs.size() + " inputs");
        }
        TensorSpec spec = specs.getFirst();
        long rowBytes = spec.type().bytes();
        for (int size : spec.shape(1)) {
            rowBytes *= size;
        }
        InputTensor input;
        if (body.length > 0 && body.length % rowBytes == 0) {
            int rows = (int) (body.length / rowBytes);
            long[] shape = Arrays.stream(spec.shape(rows)).asLongStream().toArray();
            input = InputTensor.ofNumbers(spec.name(), DataType.of(spec.type()), shape, MemorySegment.ofArray(body));
        } else if (model.pictures().isPresent()) {
            input = InputTensor.ofStrings(spec.name(), new long[] {1}, List.of(body));
        } else {
            throw ProtocolException.invalid(
                    "a raw body of " + body.length + " bytes is no whole number of rows of " + rowBytes + " bytes");
        }
        return new InferRequest("", Duration.ZERO, 0, List.of(input), List.of(), false);
    }
}
