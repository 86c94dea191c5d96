package dev.octavo.benchmarks.onnx;

import static dev.octavo.benchmarks.onnx.GraphWriter.attribute;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.AttributeProto;
import java.util.Arrays;
import java.util.List;

/** Float operations between QuantizeLinear and DequantizeLinear; {@code d7} is tensor 7 as its codes stand for it. */
final class QdqNotation implements Int8Notation {
    private final GraphWriter graph;
    private final Int8Tensors tensors;
    private final boolean isolated;

    /**
     * A notation of a graph.
     *
     * @param isolated whether operations read the codes that the caller supplies as {@link Int8Export#given}, and not those
     *     that earlier operations computed
     */
    QdqNotation(GraphWriter graph, Int8Tensors tensors, boolean isolated) {
        this.graph = graph;
        this.tensors = tensors;
        this.isolated = isolated;
    }

    private String read(int tensor) {
        if (!tensors.tensor(tensor).type().quantized()) {
            return tensors.floats(tensor);
        }
        return given(tensor) ? "g" + tensor : "d" + tensor;
    }

    private boolean given(int tensor) {
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
        if (given(tensor)) {
            int[] shape = tensors.tensor(tensor).shape();
            String codes = graph.input(Int8Export.given(tensor), to.type(), Arrays.copyOfRange(shape, 1, shape.length));
            graph.node("DequantizeLinear", "g" + tensor, List.of(codes, to.scale(), to.zeroPoint()));
        }
    }

    @Override
    public void input(int tensor, String image) {
        TensorDefinition definition = tensors.tensor(tensor);
        boolean signed = tensors.exact() && definition.type() == ElementType.INT8;
        quantize(tensor, signed ? atLeast(tensor, image, -127 * definition.scale()) : image);
    }

    private String atLeast(int tensor, String value, float low) {
        return graph.node("Max", "atLeast" + tensor, List.of(value, graph.floats("low" + tensor, new float[] {low})));
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
        String sum = tensors.input(definition).shape().length == 2
                ? graph.node("Gemm", tensors.floats(output), inputs, attribute("transB", 1))
                : graph.node(
                        "Conv",
                        tensors.floats(output),
                        inputs,
                        Int8Tensors.window(
                                convolution.shape(), tensors.padding(definition, convolution.padding()), true));
        if (convolution.epilogue() instanceof Requantization requantization) {
            if (convolution.residual() != null) {
                String branch = tensors.exact() ? sum : rounded(tensors.branch(output), sum, "branch.d" + output);
                sum = graph.node(
                        "Add",
                        "sum" + output,
                        List.of(branch, read(definition.inputs().get(1))));
            }
            quantize(output, clamped(output, sum, requantization));
        }
    }

    /** Bounds that the type itself does not impose. */
    private String clamped(int output, String value, Requantization bounds) {
        TensorDefinition tensor = tensors.tensor(output);
        boolean signed = tensor.type() == ElementType.INT8;
        if (!tensors.exact()) {
            return signed && bounds.low() >= 0 ? graph.node("Relu", "relu" + output, List.of(value)) : value;
        }
        String result = value;
        if (bounds.low() > (signed ? -128 : 0)) {
            result = atLeast(output, value, bounds.low() * tensor.scale());
        }
        int[] high = bounds.high();
        boolean tight = false;
        float[] highs = new float[high.length];
        for (int c = 0; c < high.length; c++) {
            highs[c] = high[c] * tensor.scale();
            tight |= high[c] < (signed ? 127 : 255);
        }
        if (tight) {
            boolean map = tensor.shape().length == 4;
            int[] extents =
                    high.length == 1 ? new int[0] : map ? new int[] {high.length, 1, 1} : new int[] {high.length};
            String bound = graph.floats("high" + output, highs, extents);
            result = graph.node("Min", "atMost" + output, List.of(result, bound));
        }
        return result;
    }

    @Override
    public void pool(OperationDefinition definition, Operation.Pool pool) {
        int[] shape = tensors.input(definition).shape();
        String value;
        if (pool.kind() == Pooling.Kind.MAX) {
            value = graph.node(
                    "MaxPool",
                    tensors.floats(definition.output()),
                    readAll(definition),
                    Int8Tensors.window(pool.window(), pool.padding(), false));
        } else if (pool.window().kernelHeight() == shape[2] && pool.window().kernelWidth() == shape[3]) {
            value = graph.node("GlobalAveragePool", tensors.floats(definition.output()), readAll(definition));
        } else {
            value = graph.node(
                    "AveragePool",
                    tensors.floats(definition.output()),
                    readAll(definition),
                    Int8Tensors.window(pool.window(), pool.padding(), false));
        }
        quantize(definition.output(), value);
    }

    @Override
    public void add(OperationDefinition definition, Operation.Add add) {
        int output = definition.output();
        String sum = graph.node("Add", tensors.floats(output), readAll(definition));
        TensorDefinition tensor = tensors.tensor(output);
        boolean bounded = tensors.exact() && tensor.type() == ElementType.INT8;
        quantize(output, bounded ? atLeast(output, sum, add.low() * tensor.scale()) : sum);
    }

    @Override
    public void concat(OperationDefinition definition, Operation.Concat concat) {
        quantize(
                definition.output(),
                graph.node(
                        "Concat",
                        tensors.floats(definition.output()),
                        readAll(definition),
                        attribute("axis", concat.axis())));
    }

    @Override
    public void reshape(OperationDefinition definition) {
        int output = definition.output();
        String value = graph.node(
                "Reshape",
                tensors.floats(output),
                List.of(read(definition.inputs().getFirst()), tensors.shape(output)));
        if (tensors.tensor(output).type().quantized()) {
            quantize(output, value);
        }
    }

    @Override
    public void dequantize(OperationDefinition definition) {
        graph.node("Identity", tensors.floats(definition.output()), readAll(definition));
    }
}
