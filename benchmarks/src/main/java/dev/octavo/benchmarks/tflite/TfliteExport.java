package dev.octavo.benchmarks.tflite;

import dev.octavo.benchmarks.tflite.FlatGraph.Activation;
import dev.octavo.benchmarks.tflite.FlatGraph.Field;
import dev.octavo.benchmarks.tflite.FlatGraph.Operator;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes a model of Octavo as a TensorFlow Lite flatbuffer with the same weights and, in int8, the same scales. Its input is
 * the float image [N, H, W, C], its output the logits.
 *
 * <p>Three things have no efficient form there. Padding is SAME or VALID: where a stride meets an even extent, SAME puts the
 * spare pixel last, so that the multiplications are as many but not the same. A residual is added to a rounded sum. Clamps
 * are ReLU, ReLU6 or none, the same for all channels. All three favour the rival's speed.
 */
public final class TfliteExport {
    private final ModelDefinition model;
    private final int batch;
    private final FlatGraph graph;
    private final TfliteArithmetic arithmetic;
    private final Map<Integer, Integer> numbers = new HashMap<>();
    /** Tensors that hold flattened feature maps, and the shape [C, H, W] that each was. */
    private final Map<Integer, int[]> flattened = new HashMap<>();

    private TfliteExport(ModelDefinition model, int batch, FlatGraph graph, TfliteArithmetic arithmetic) {
        this.model = model;
        this.batch = batch;
        this.graph = graph;
        this.arithmetic = arithmetic;
    }

    /**
     * An int8 model with signed activations, the form that XNNPACK has kernels for.
     *
     * @param perChannel whether every output channel is given a scale of its own, even where all are the same
     * @param logits the largest magnitude that a logit has, since there they are codes before they are floats
     * @throws IllegalArgumentException if an operation has no form there
     */
    public static ByteBuffer int8(ModelDefinition model, int batch, boolean perChannel, float logits) {
        FlatGraph graph = new FlatGraph(weightBytes(model));
        return new TfliteExport(model, batch, graph, new Int8Arithmetic(graph, model, batch, perChannel, logits))
                .write();
    }

    /**
     * The model of a float baseline.
     *
     * @throws IllegalArgumentException if an operation has no form there
     */
    public static ByteBuffer float32(ModelDefinition model, int batch) {
        FlatGraph graph = new FlatGraph(weightBytes(model));
        return new TfliteExport(model, batch, graph, new FloatArithmetic(graph, model, batch)).write();
    }

    private static long weightBytes(ModelDefinition model) {
        long bytes = 0;
        for (OperationDefinition operation : model.operations()) {
            bytes += switch (operation.operation()) {
                case Operation.Convolution c -> c.weights().byteSize() + 32L * c.bias().length;
                case Operation.FloatConvolution c -> c.weights().byteSize() + 32L * c.bias().length;
                default -> 0;
            };
        }
        return bytes + 4096L * model.operations().size();
    }

    private TensorDefinition tensor(int index) {
        return model.tensors().get(index);
    }

    private int number(int tensor) {
        Integer number = numbers.get(tensor);
        if (number == null) {
            throw new IllegalArgumentException(
                    "the tensor " + tensor(tensor).name() + " is read before it is computed");
        }
        return number;
    }

    private int output(OperationDefinition definition) {
        int number = arithmetic.tensor(definition.output());
        numbers.put(definition.output(), number);
        return number;
    }

    private ByteBuffer write() {
        int image = model.inputs().getFirst();
        int input = graph.tensor(
                "image", FlatGraph.ElementKind.FLOAT32, TfliteArithmetic.extents(tensor(image), batch), null);
        numbers.put(image, arithmetic.image(image, input));
        for (OperationDefinition definition : needed()) {
            switch (definition.operation()) {
                case Operation.Quantize _ ->
                    numbers.put(
                            definition.output(),
                            arithmetic.quantize(
                                    definition.output(),
                                    number(definition.inputs().getFirst())));
                case Operation.Convolution c -> convolution(definition, c.shape(), c.padding());
                case Operation.FloatConvolution c -> convolution(definition, c.shape(), c.padding());
                case Operation.Pool p -> pool(definition, p);
                case Operation.Add _ -> add(definition);
                case Operation.Binary b -> {
                    if (b.function() != FloatBinary.Function.ADD) {
                        throw unsupported(definition);
                    }
                    add(definition);
                }
                case Operation.Concat c -> concat(definition, c);
                case Operation.Reshape _ -> reshape(definition);
                case Operation.Dequantize _ ->
                    graph.operator(
                            Operator.DEQUANTIZE,
                            new int[] {number(definition.inputs().getFirst())},
                            output(definition));
                default -> throw unsupported(definition);
            }
        }
        return graph.finish(
                model.metadata().name(), input, number(model.outputs().getFirst()));
    }

    /** The operations that the result depends on, in their order: XNNPACK crashes at a result that nothing reads. */
    private List<OperationDefinition> needed() {
        Set<Integer> read = new HashSet<>(model.outputs());
        List<OperationDefinition> needed = new ArrayList<>();
        for (OperationDefinition definition : model.operations().reversed()) {
            if (read.contains(definition.output())) {
                read.addAll(definition.inputs());
                needed.addFirst(definition);
            }
        }
        return needed;
    }

    private static IllegalArgumentException unsupported(OperationDefinition definition) {
        return new IllegalArgumentException(definition.name() + ": "
                + definition.operation().getClass().getSimpleName() + " has no TensorFlow Lite form here");
    }

    private void convolution(OperationDefinition definition, ConvolutionShape shape, Padding padding) {
        int input = definition.inputs().getFirst();
        boolean summed = definition.inputs().size() > 1;
        TfliteArithmetic.Constants constants = arithmetic.constants(definition, flattened.get(input));
        Activation activation = summed ? Activation.NONE : arithmetic.activation(definition);
        int result = summed ? arithmetic.branch(definition.output()) : arithmetic.result(definition);
        int[] inputs = {number(input), constants.weights(), constants.bias()};
        if (tensor(input).shape().length == 2) {
            graph.operator(Operator.FULLY_CONNECTED, inputs, result, activation.at(0), Field.ofByte(1, 0));
        } else {
            window(definition, inputs, result, shape, padding, activation);
        }
        if (summed) {
            int residual = number(definition.inputs().get(1));
            graph.operator(
                    Operator.ADD,
                    new int[] {result, residual},
                    output(definition),
                    arithmetic.activation(definition).at(0));
        } else {
            numbers.put(definition.output(), arithmetic.leave(definition, result));
        }
    }

    private void window(
            OperationDefinition definition,
            int[] inputs,
            int result,
            ConvolutionShape shape,
            Padding padding,
            Activation activation) {
        boolean depthwise = shape.groups() > 1;
        if (depthwise && shape.groups() != tensor(definition.output()).shape()[1]) {
            throw new IllegalArgumentException(definition.name() + ": a grouped convolution has no form here");
        }
        Field same = padding(definition, shape, padding);
        Field width = Field.ofInt(1, shape.strideWidth());
        Field height = Field.ofInt(2, shape.strideHeight());
        if (depthwise) {
            graph.operator(
                    Operator.DEPTHWISE_CONV_2D,
                    inputs,
                    result,
                    same,
                    width,
                    height,
                    Field.ofInt(3, 1),
                    activation.at(4),
                    Field.ofInt(5, shape.dilationWidth()),
                    Field.ofInt(6, shape.dilationHeight()));
        } else {
            graph.operator(
                    Operator.CONV_2D,
                    inputs,
                    result,
                    same,
                    width,
                    height,
                    activation.at(3),
                    Field.ofInt(4, shape.dilationWidth()),
                    Field.ofInt(5, shape.dilationHeight()));
        }
    }

    /** SAME or VALID: whichever gives an output of the right extents. */
    private Field padding(OperationDefinition definition, ConvolutionShape shape, Padding padding) {
        int[] from = tensor(definition.inputs().getFirst()).shape();
        int[] to = tensor(definition.output()).shape();
        boolean same = to[2] == Math.ceilDiv(from[2], shape.strideHeight())
                && to[3] == Math.ceilDiv(from[3], shape.strideWidth());
        if (padding.most() == 0) {
            return Field.ofByte(0, 1);
        }
        if (!same) {
            throw new IllegalArgumentException(definition.name() + ": " + padding + " is neither SAME nor VALID");
        }
        return Field.ofByte(0, 0);
    }

    private void pool(OperationDefinition definition, Operation.Pool pool) {
        int input = definition.inputs().getFirst();
        int[] shape = tensor(input).shape();
        ConvolutionShape window = pool.window();
        boolean average = pool.kind() == Pooling.Kind.AVERAGE;
        if (average && window.kernelHeight() == shape[2] && window.kernelWidth() == shape[3]) {
            int axes = graph.integers("axes" + definition.output(), 1, 2);
            graph.operator(Operator.MEAN, new int[] {number(input), axes}, output(definition), Field.ofByte(0, 1));
            return;
        }
        Field[] options = {
            padding(definition, window, pool.padding()),
            Field.ofInt(1, window.strideWidth()),
            Field.ofInt(2, window.strideHeight()),
            Field.ofInt(3, window.kernelWidth()),
            Field.ofInt(4, window.kernelHeight()),
            Activation.NONE.at(5)
        };
        int pooled = arithmetic.sameScale(definition.output(), input);
        graph.operator(
                average ? Operator.AVERAGE_POOL_2D : Operator.MAX_POOL_2D, new int[] {number(input)}, pooled, options);
        numbers.put(definition.output(), arithmetic.rescale(definition.output(), input, pooled));
    }

    private void add(OperationDefinition definition) {
        int[] inputs = definition.inputs().stream().mapToInt(this::number).toArray();
        graph.operator(
                Operator.ADD,
                inputs,
                output(definition),
                arithmetic.activation(definition).at(0));
    }

    private void concat(OperationDefinition definition, Operation.Concat concat) {
        int rank = tensor(definition.output()).shape().length;
        int axis = rank == 4 ? List.of(0, 3, 1, 2).get(concat.axis()) : concat.axis();
        int[] inputs = definition.inputs().stream().mapToInt(this::number).toArray();
        graph.operator(Operator.CONCATENATION, inputs, output(definition), Field.ofInt(0, axis), Activation.NONE.at(1));
    }

    private void reshape(OperationDefinition definition) {
        int input = definition.inputs().getFirst();
        int[] from = tensor(input).shape();
        int[] to = tensor(definition.output()).shape();
        if (from.length != 4 || to.length != 2) {
            throw unsupported(definition);
        }
        flattened.put(definition.output(), Arrays.copyOfRange(from, 1, 4));
        int shape = graph.integers("shape" + definition.output(), batch, to[1]);
        graph.operator(Operator.RESHAPE, new int[] {number(input), shape}, output(definition));
    }

    /** The order in which a fully connected layer meets the inputs that were flattened from channels-first maps. */
    static int[] columns(int[] map) {
        int channels = map[0];
        int pixels = map[1] * map[2];
        return IntStream.range(0, channels * pixels)
                .map(i -> i % channels * pixels + i / channels)
                .toArray();
    }
}
