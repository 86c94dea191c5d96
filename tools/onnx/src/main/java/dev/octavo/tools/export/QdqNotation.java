package dev.octavo.tools.export;

import static dev.octavo.tools.export.GraphWriter.attribute;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Float operations between QuantizeLinear and DequantizeLinear; {@code d7} is tensor 7 as its codes stand for it. */
public final class QdqNotation implements Int8Notation {
    /** Factors that are this near to 1 are rounding errors of scales. */
    private static final double SAME = 1e-5;

    private final GraphWriter graph;
    private final Int8Tensors tensors;
    private final FloatNodes floats;
    private final boolean isolated;
    private final Map<Integer, String> constants = new HashMap<>();

    /**
     * A notation of a graph.
     *
     * @param isolated whether operations read the codes that the caller supplies as {@link #given}, and not those that earlier
     *     operations computed
     */
    public QdqNotation(GraphWriter graph, Int8Tensors tensors, boolean isolated) {
        this.graph = graph;
        this.tensors = tensors;
        this.floats = new FloatNodes(graph, tensors);
        this.isolated = isolated;
    }

    /** The graph input of an isolated notation that holds a tensor's codes, stored as {@link Int8Tensors#codes}. */
    public static String given(int tensor) {
        return "given" + tensor;
    }

    private String read(int tensor) {
        TensorDefinition definition = tensors.tensor(tensor);
        MemorySegment constant = definition.constant();
        if (constant != null) {
            return constants.computeIfAbsent(tensor, t -> constant(t, definition, constant));
        }
        if (!definition.type().quantized()) {
            return tensors.floats(tensor);
        }
        return isGiven(tensor) ? "g" + tensor : "d" + tensor;
    }

    private String constant(int tensor, TensorDefinition definition, MemorySegment constant) {
        if (!definition.type().quantized()) {
            return graph.floats(tensors.floats(tensor), FloatNodes.floats(definition, constant), definition.shape());
        }
        StoredTensor stored = tensors.stored(tensor);
        byte[] codes = constant.toArray(ValueLayout.JAVA_BYTE);
        int offset = StoredTensor.offset(definition.type(), stored.type() == DataType.INT8);
        for (int i = 0; i < codes.length; i++) {
            codes[i] += (byte) offset;
        }
        graph.bytes(stored.name(), stored.type(), codes, definition.shape());
        return graph.node("DequantizeLinear", "d" + tensor, List.of(stored.name(), stored.scale(), stored.zeroPoint()));
    }

    private boolean isGiven(int tensor) {
        return isolated && !tensors.model().inputs().contains(tensor);
    }

    private List<String> readAll(OperationDefinition definition) {
        return definition.inputs().stream().map(this::read).toList();
    }

    private String rounded(StoredTensor to, String value, String name) {
        graph.node("QuantizeLinear", to.name(), List.of(value, to.scale(), to.zeroPoint()));
        return graph.node("DequantizeLinear", name, List.of(to.name(), to.scale(), to.zeroPoint()));
    }

    private void quantize(int tensor, String value) {
        StoredTensor to = tensors.stored(tensor);
        rounded(to, value, "d" + tensor);
        give(tensor, to);
    }

    private void give(int tensor, StoredTensor to) {
        if (isGiven(tensor)) {
            int[] shape = tensors.tensor(tensor).shape();
            String codes = graph.input(given(tensor), to.type(), Arrays.copyOfRange(shape, 1, shape.length));
            graph.node("DequantizeLinear", "g" + tensor, List.of(codes, to.scale(), to.zeroPoint()));
        }
    }

    @Override
    public void input(int tensor, String image, int low) {
        quantize(tensor, tensors.exact() ? atLeast(tensor, image, low) : image);
    }

    /** The value, raised to a bound that its type does not impose. */
    private String atLeast(int tensor, String value, int low) {
        TensorDefinition definition = tensors.tensor(tensor);
        if (low <= (definition.type() == ElementType.INT8 ? -128 : 0)) {
            return value;
        }
        if (low == definition.zeroCode()) {
            return graph.node("Relu", "relu" + tensor, List.of(value));
        }
        String bound = graph.floats("low" + tensor, new float[] {(low - definition.zeroCode()) * definition.scale()});
        return graph.node("Clip", "atLeast" + tensor, List.of(value, bound));
    }

    @Override
    public String result(int tensor) {
        return tensors.floats(tensor);
    }

    @Override
    public void convolution(OperationDefinition definition, Operation.Convolution convolution) {
        int output = definition.output();
        StoredWeights stored = tensors.weights(definition, convolution);
        AttributeProto[] axis =
                stored.perChannel() ? new AttributeProto[] {attribute("axis", 0)} : new AttributeProto[0];
        String weights = graph.node(
                "DequantizeLinear", "w" + output, List.of(stored.weights(), stored.scale(), stored.zeroPoint()), axis);
        String bias = graph.node("DequantizeLinear", "b" + output, List.of(stored.bias(), stored.biasScale()), axis);
        List<String> inputs = List.of(read(definition.inputs().getFirst()), weights, bias);
        int rank = tensors.input(definition).shape().length;
        String sum = rank == 2
                ? graph.node("Gemm", tensors.floats(output), inputs, attribute("transB", 1))
                : graph.node(
                        "Conv",
                        tensors.floats(output),
                        inputs,
                        Int8Tensors.window(
                                convolution.shape(), tensors.padding(definition, convolution.padding()), rank, true));
        if (convolution.epilogue() instanceof Requantization requantization) {
            if (convolution.residual() != null) {
                String branch = tensors.exact() ? sum : rounded(tensors.branch(output), sum, "branch.d" + output);
                sum = graph.node(
                        "Add",
                        "sum" + output,
                        List.of(branch, read(definition.inputs().get(1))));
            }
            quantize(output, clamped(output, sum, requantization.low(), requantization.high()));
        } else if (convolution.epilogue() instanceof Activation activation) {
            String value = activated(definition, activation, sum);
            if (convolution.residual() != null) {
                value = graph.node(
                        "Add",
                        "sum" + output,
                        List.of(value, read(definition.inputs().get(1))));
            }
            quantize(output, clamped(output, value, activation.low(), activation.high()));
        }
    }

    /** The function of a sum, and what its channels are multiplied by where they have scales of their own. */
    private String activated(OperationDefinition definition, Activation activation, String sum) {
        int output = definition.output();
        TensorDefinition tensor = tensors.tensor(output);
        Activation.Function function = activation.function();
        String value = floats.unary(
                definition,
                new Operation.Unary(function.name(), function.alpha(), function.beta()),
                "activated" + output,
                sum);
        float[] factors = new float[activation.scaleCount()];
        boolean same = true;
        for (int c = 0; c < factors.length; c++) {
            double unit = activation.gated() ? activation.accumulatorScale(c) : 1;
            factors[c] = (float) (activation.outputScale(c) * (double) tensor.scale() / unit);
            same &= Math.abs(factors[c] - 1) < SAME;
        }
        if (same) {
            return value;
        }
        int[] extents = new int[factors.length == 1 ? 0 : tensor.shape().length - 1];
        Arrays.fill(extents, 1);
        if (extents.length > 0) {
            extents[0] = factors.length;
        }
        return graph.node("Mul", "scaled" + output, List.of(value, graph.floats("factor" + output, factors, extents)));
    }

    /** Bounds that the type itself does not impose. */
    private String clamped(int output, String value, int low, int... high) {
        TensorDefinition tensor = tensors.tensor(output);
        boolean signed = tensor.type() == ElementType.INT8;
        if (!tensors.exact()) {
            return signed && low >= 0 ? graph.node("Relu", "relu" + output, List.of(value)) : value;
        }
        String result = atLeast(output, value, low);
        boolean tight = false;
        float[] highs = new float[high.length];
        for (int c = 0; c < high.length; c++) {
            highs[c] = (high[c] - tensor.zeroCode()) * tensor.scale();
            tight |= high[c] < (signed ? 127 : 255);
        }
        if (tight) {
            int[] extents = new int[high.length == 1 ? 0 : tensor.shape().length - 1];
            Arrays.fill(extents, 1);
            if (extents.length > 0) {
                extents[0] = high.length;
            }
            String bound = graph.floats("high" + output, highs, extents);
            result = high.length == 1
                    ? graph.node("Clip", "atMost" + output, List.of(result, "", bound))
                    : graph.node("Min", "atMost" + output, List.of(result, bound));
        }
        return result;
    }

    @Override
    public void pool(OperationDefinition definition, Operation.Pool pool) {
        int[] shape = tensors.input(definition).shape();
        String name = tensors.floats(definition.output());
        String value;
        if (pool.kind() == Pooling.Kind.MAX) {
            value = graph.node(
                    "MaxPool",
                    name,
                    readAll(definition),
                    Int8Tensors.window(pool.window(), pool.padding(), shape.length, false));
        } else if (pool.window().taps() == shape[shape.length - 1] * (shape.length == 4 ? shape[2] : 1)) {
            value = graph.node("GlobalAveragePool", name, readAll(definition));
        } else {
            AttributeProto[] window = Int8Tensors.window(pool.window(), pool.padding(), shape.length, false);
            AttributeProto[] all = Arrays.copyOf(window, window.length + 1);
            all[window.length] = attribute("count_include_pad", pool.countPadding() ? 1 : 0);
            value = graph.node("AveragePool", name, readAll(definition), all);
        }
        if (tensors.tensor(definition.output()).type().quantized()) {
            quantize(definition.output(), value);
        }
    }

    @Override
    public void add(OperationDefinition definition, Operation.Add add) {
        int output = definition.output();
        bounded(output, graph.node("Add", tensors.floats(output), readAll(definition)), add.low(), add.high());
    }

    private void bounded(int output, String value, int low, int high) {
        quantize(output, tensors.exact() ? clamped(output, value, low, high) : value);
    }

    @Override
    public void concat(OperationDefinition definition, Operation.Concat concat) {
        int output = definition.output();
        String value =
                graph.node("Concat", tensors.floats(output), readAll(definition), attribute("axis", concat.axis()));
        store(output, value);
    }

    /** Quantizes a value if its tensor is quantized. */
    private void store(int tensor, String value) {
        if (tensors.tensor(tensor).type().quantized()) {
            quantize(tensor, value);
        }
    }

    @Override
    public void reshape(OperationDefinition definition) {
        int output = definition.output();
        String value = graph.node(
                "Reshape",
                tensors.floats(output),
                List.of(read(definition.inputs().getFirst()), tensors.shape(output)));
        store(output, value);
    }

    @Override
    public void dequantize(OperationDefinition definition) {
        graph.node("Identity", tensors.floats(definition.output()), readAll(definition));
    }

    @Override
    public void other(OperationDefinition definition) {
        int output = definition.output();
        switch (definition.operation()) {
            case Operation.LookUp lookUp -> lookUp(definition, lookUp);
            case Operation.Multiply multiply ->
                bounded(output, floats.write(definition, readAll(definition)), multiply.low(), multiply.high());
            default -> store(output, floats.write(definition, readAll(definition)));
        }
    }

    /** A table has no float operation: the input's codes pick the output's. */
    private void lookUp(OperationDefinition definition, Operation.LookUp lookUp) {
        int from = definition.inputs().getFirst();
        int to = definition.output();
        StoredTensor input = tensors.stored(from);
        StoredTensor output = tensors.stored(to);
        int inputOffset = StoredTensor.offset(tensors.tensor(from).type(), input.type() == DataType.INT8);
        int outputOffset = StoredTensor.offset(tensors.tensor(to).type(), output.type() == DataType.INT8);
        byte[] table = new byte[256];
        for (int i = 0; i < table.length; i++) {
            int stored = input.type() == DataType.INT8 ? i - 128 : i;
            table[i] = (byte) (lookUp.table()[(stored - inputOffset) & 255] + outputOffset);
        }
        String codes = graph.node(
                "Cast",
                "index" + to,
                List.of(isGiven(from) ? given(from) : input.name()),
                attribute("to", DataType.INT32.getNumber()));
        if (input.type() == DataType.INT8) {
            codes = graph.node("Add", "position" + to, List.of(codes, graph.integers("shift" + to, new int[] {128})));
        }
        graph.node(
                "Gather",
                output.name(),
                List.of(graph.bytes("table" + to, output.type(), table, 256), codes),
                attribute("axis", 0));
        graph.node("DequantizeLinear", "d" + to, List.of(output.name(), output.scale(), output.zeroPoint()));
        give(to, output);
    }
}
