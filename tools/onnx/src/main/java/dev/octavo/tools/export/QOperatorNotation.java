package dev.octavo.tools.export;

import static dev.octavo.tools.export.GraphWriter.MICROSOFT;
import static dev.octavo.tools.export.GraphWriter.attribute;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import java.util.ArrayList;
import java.util.List;

/** QLinearConv and its like, partly in ONNX Runtime's own domain: codes go from operator to operator. */
final class QOperatorNotation implements Int8Notation {
    private final GraphWriter graph;
    private final Int8Tensors tensors;

    QOperatorNotation(GraphWriter graph, Int8Tensors tensors) {
        this.graph = graph;
        this.tensors = tensors;
    }

    private StoredTensor first(OperationDefinition definition) {
        return tensors.stored(definition.inputs().getFirst());
    }

    @Override
    public void input(int tensor, String image, int low) {
        StoredTensor to = tensors.stored(tensor);
        graph.node("QuantizeLinear", to.name(), List.of(image, to.scale(), to.zeroPoint()));
    }

    @Override
    public String result(int tensor) {
        return tensors.floats(tensor);
    }

    @Override
    public void convolution(OperationDefinition definition, Operation.Convolution convolution) {
        boolean linear = tensors.input(definition).shape().length == 2;
        boolean codes = convolution.epilogue() instanceof Requantization;
        if (convolution.epilogue() instanceof Activation) {
            throw new IllegalArgumentException(
                    "'" + definition.name() + "' computes an activation from sums, for which there is no operator");
        }
        if (!linear && !codes) {
            throw new IllegalArgumentException(definition.name() + ": QLinearConv cannot give floats");
        }
        int output = definition.output();
        boolean summed = convolution.residual() != null;
        StoredWeights weights = tensors.weights(definition, convolution);
        StoredTensor x = first(definition);
        List<String> inputs = new ArrayList<>(
                List.of(x.name(), x.scale(), x.zeroPoint(), weights.weights(), weights.scale(), weights.zeroPoint()));
        if (linear) {
            inputs.add(weights.bias());
        }
        StoredTensor y = null;
        if (codes) {
            y = summed ? tensors.branch(output) : tensors.stored(output);
            inputs.add(y.scale());
            inputs.add(y.zeroPoint());
        }
        String name = y == null ? tensors.floats(output) : y.name();
        if (linear) {
            graph.node(MICROSOFT, "QGemm", name, inputs, attribute("transB", 1));
        } else {
            inputs.add(weights.bias());
            graph.node(
                    "QLinearConv",
                    name,
                    inputs,
                    Int8Tensors.window(
                            convolution.shape(), tensors.padding(definition, convolution.padding()), 4, true));
        }
        if (summed && y != null) {
            sum(y, tensors.stored(definition.inputs().get(1)), tensors.stored(output));
        }
    }

    private void sum(StoredTensor left, StoredTensor right, StoredTensor to) {
        graph.node(
                MICROSOFT,
                "QLinearAdd",
                to.name(),
                List.of(
                        left.name(),
                        left.scale(),
                        left.zeroPoint(),
                        right.name(),
                        right.scale(),
                        right.zeroPoint(),
                        to.scale(),
                        to.zeroPoint()));
    }

    @Override
    public void pool(OperationDefinition definition, Operation.Pool pool) {
        StoredTensor x = first(definition);
        StoredTensor y = tensors.stored(definition.output());
        int[] shape = tensors.input(definition).shape();
        List<String> averaged = List.of(x.name(), x.scale(), x.zeroPoint(), y.scale(), y.zeroPoint());
        if (pool.kind() == Pooling.Kind.MAX) {
            graph.node(
                    "MaxPool",
                    y.name(),
                    List.of(x.name()),
                    Int8Tensors.window(pool.window(), pool.padding(), 4, false));
        } else if (pool.window().kernelHeight() == shape[2] && pool.window().kernelWidth() == shape[3]) {
            graph.node(MICROSOFT, "QLinearGlobalAveragePool", y.name(), averaged, attribute("channels_last", 0));
        } else {
            graph.node(
                    MICROSOFT,
                    "QLinearAveragePool",
                    y.name(),
                    averaged,
                    Int8Tensors.window(pool.window(), pool.padding(), 4, false));
        }
    }

    @Override
    public void add(OperationDefinition definition, Operation.Add add) {
        sum(first(definition), tensors.stored(definition.inputs().get(1)), tensors.stored(definition.output()));
    }

    @Override
    public void concat(OperationDefinition definition, Operation.Concat concat) {
        StoredTensor y = tensors.stored(definition.output());
        List<String> inputs = new ArrayList<>(List.of(y.scale(), y.zeroPoint()));
        for (int input : definition.inputs()) {
            StoredTensor x = tensors.stored(input);
            inputs.addAll(List.of(x.name(), x.scale(), x.zeroPoint()));
        }
        graph.node(MICROSOFT, "QLinearConcat", y.name(), inputs, attribute("axis", concat.axis()));
    }

    @Override
    public void reshape(OperationDefinition definition) {
        int input = definition.inputs().getFirst();
        int output = definition.output();
        boolean codes = tensors.tensor(output).type().quantized();
        graph.node(
                "Reshape",
                codes ? tensors.stored(output).name() : tensors.floats(output),
                List.of(codes ? tensors.stored(input).name() : tensors.floats(input), tensors.shape(output)));
    }

    @Override
    public void dequantize(OperationDefinition definition) {
        StoredTensor x = first(definition);
        graph.node(
                "DequantizeLinear", tensors.floats(definition.output()), List.of(x.name(), x.scale(), x.zeroPoint()));
    }

    @Override
    public void other(OperationDefinition definition) {
        throw new IllegalArgumentException(definition.name() + ": "
                + definition.operation().getClass().getSimpleName() + " has no form on codes here");
    }
}
