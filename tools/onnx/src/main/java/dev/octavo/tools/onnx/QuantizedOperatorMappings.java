package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** QLinearConv and its like: operators on codes, as float operators between dequantization and rounding to a grid. */
final class QuantizedOperatorMappings {
    private QuantizedOperatorMappings() {}

    private static QuantizationParameters parameters(OnnxNode node, Importer graph, int scale) {
        return QuantizationParameters.of(node, graph, scale, scale + 1, "UINT8");
    }

    /** The real numbers of an input of codes that its scale and zero point follow. */
    private static String real(OnnxNode node, Importer graph, int input) {
        return QuantizationMappings.real(
                node, graph, input, QuantizationParameters.ofCodes(node, graph, input, input + 1));
    }

    /** The real numbers of constant codes that their scale and zero point follow. */
    private static FloatTensor weights(OnnxNode node, Importer graph, int input, int axis) {
        String name = graph.intermediate(node, "weights");
        QuantizationMappings.dequantizeConstant(
                node, graph, input, QuantizationParameters.ofCodes(node, graph, input, input + 1), axis, name);
        return graph.weights(name);
    }

    /** The real numbers of an int32 bias at the scale of the accumulators. */
    private static FloatTensor bias(OnnxNode node, Importer graph, int input, float inputScale, FloatTensor weights) {
        int outputs = weights.size(0);
        long[] codes = graph.integers(node, input);
        if (codes.length != outputs) {
            throw new GraphException("its bias has " + codes.length + " values for " + outputs + " outputs");
        }
        float[] reals = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            reals[o] = (float) (codes[o]
                    * ((double) inputScale * weights.steps().orElseThrow().at(o)));
        }
        return FloatTensor.vector(reals);
    }

    private static String sum(OnnxNode node, Importer graph) {
        return graph.intermediate(node, "real");
    }

    private static void round(OnnxNode node, Importer graph, String value, int scale) {
        QuantizationMappings.round(
                node, graph, value, parameters(node, graph, scale).grid(), node.output());
    }

    static void convolution(OnnxNode node, Importer graph) {
        String input = real(node, graph, 0);
        FloatTensor weights = weights(node, graph, 3, 0);
        FloatTensor bias = node.hasInput(8)
                ? bias(node, graph, 8, parameters(node, graph, 1).grid().scale(), weights)
                : FloatTensor.zeros(weights.size(0));
        String sum = LayerMappings.convolution(node, graph, input, weights, bias, sum(node, graph));
        round(node, graph, sum, 6);
    }

    static void matMul(OnnxNode node, Importer graph) {
        String left = real(node, graph, 0);
        String right = real(node, graph, 3);
        String product = LayerMappings.product(node, graph, left, right, sum(node, graph));
        round(node, graph, product, 6);
    }

    /** {@code alpha · A · B + C}, with C at the scale of the product; the result is float where its scale is missing. */
    static void gemm(OnnxNode node, Importer graph) {
        if (node.flag("transA", false)) {
            throw new GraphException("its transA is not supported");
        }
        String input = real(node, graph, 0);
        float alpha = node.real("alpha", 1);
        boolean byOutput = node.flag("transB", false);
        FloatTensor weights = weights(node, graph, 3, byOutput ? 0 : 1);
        if (weights.rank() != 2) {
            throw new GraphException("its weights " + weights + " are no matrix");
        }
        weights = byOutput ? weights : LayerMappings.transposed(weights);
        if (alpha != 1) {
            throw new GraphException("its alpha is " + alpha + "; only 1 is supported");
        }
        FloatTensor bias = node.hasInput(6)
                ? bias(node, graph, 6, parameters(node, graph, 1).grid().scale(), weights)
                : FloatTensor.zeros(weights.size(0));
        boolean codes = node.hasInput(7);
        String output = codes ? sum(node, graph) : node.output();
        LayerMappings.linear(node, graph, input, weights, bias, output);
        if (codes) {
            round(node, graph, output, 7);
        }
    }

    static void add(OnnxNode node, Importer graph) {
        binary(node, graph, FloatBinary.Function.ADD);
    }

    static void multiply(OnnxNode node, Importer graph) {
        binary(node, graph, FloatBinary.Function.MULTIPLY);
    }

    private static void binary(OnnxNode node, Importer graph, FloatBinary.Function function) {
        String result =
                QuantizationMappings.arithmetic(node, graph, function, real(node, graph, 0), real(node, graph, 3));
        round(node, graph, result, 6);
    }

    static void averagePool(OnnxNode node, Importer graph) {
        refuseChannelsLast(node);
        String input = real(node, graph, 0);
        round(node, graph, PoolMappings.average(node, graph, input, sum(node, graph)), 3);
    }

    static void globalAveragePool(OnnxNode node, Importer graph) {
        refuseChannelsLast(node);
        String input = real(node, graph, 0);
        round(node, graph, PoolMappings.globalPool(node, graph, Pooling.Kind.AVERAGE, input, sum(node, graph)), 3);
    }

    private static void refuseChannelsLast(OnnxNode node) {
        if (node.flag("channels_last", false)) {
            throw new GraphException("its channels_last is set; only channels in dimension 1 are supported");
        }
    }

    /** Inputs: scale and zero point of the result, then each term with its own. */
    static void concat(OnnxNode node, Importer graph) {
        Grid grid = parameters(node, graph, 0).grid();
        List<String> terms = new ArrayList<>();
        for (int i = 2; i < node.inputs().size(); i += 3) {
            String term = real(node, graph, i);
            terms.add(graph.emit(
                    node,
                    new Op.RoundToGrid(grid),
                    List.of(term),
                    graph.intermediate(node, "term"),
                    graph.shape(term)));
        }
        if (terms.isEmpty()) {
            throw new GraphException("it has no inputs to put together");
        }
        List<int[]> shapes = terms.stream().map(graph::shape).toList();
        int axis = ShapeInference.axis(node.integer("axis", 0), shapes.getFirst().length);
        graph.emit(node, new Op.Concat(axis), terms, node.output(), ShapeInference.concatenated(shapes, axis));
        graph.codes(node.output(), grid);
    }

    static void sigmoid(OnnxNode node, Importer graph) {
        unary(node, graph, new Op.Unary(FloatUnary.Function.SIGMOID, 0, 0));
    }

    static void leakyRelu(OnnxNode node, Importer graph) {
        unary(node, graph, new Op.Unary(FloatUnary.Function.LEAKY_RELU, node.real("alpha", 0.01f), 0));
    }

    private static void unary(OnnxNode node, Importer graph, Op.Unary function) {
        String input = real(node, graph, 0);
        String result = graph.emit(node, function, List.of(input), sum(node, graph), graph.shape(input));
        round(node, graph, result, 3);
    }

    /** The accumulators of a convolution of codes: integers, exact up to 2^24. */
    static void convolutionOfIntegers(OnnxNode node, Importer graph) {
        FloatTensor weights = centredWeights(node, graph, 1, 3, 0);
        if (DynamicQuantizationMappings.dynamic(node, graph, 2)) {
            String codes = QuantizationMappings.asCodes(node, graph, node.input(0));
            String sums = LayerMappings.convolution(
                    node, graph, codes, weights, FloatTensor.zeros(weights.size(0)), sum(node, graph));
            Op.Layer layer = graph.layer(sums);
            DynamicQuantizationMappings.withoutZeroPoint(node, graph, sums, node.input(2), layer, graph.shape(codes));
            return;
        }
        String input = centred(node, graph, 0, 2);
        LayerMappings.convolution(node, graph, input, weights, FloatTensor.zeros(weights.size(0)), node.output());
    }

    static void matMulOfIntegers(OnnxNode node, Importer graph) {
        String right = graph.intermediate(node, "weights");
        if (!graph.isConstant(node, 1)) {
            throw new GraphException(
                    "its input '" + node.input(1) + "' is computed by the network, but must be constant");
        }
        int axis = graph.shape(node, 1).length - 1;
        QuantizationMappings.dequantizeConstant(node, graph, 1, unscaled(node, graph, 3), axis, right);
        if (DynamicQuantizationMappings.dynamic(node, graph, 2) && graph.shape(node, 0).length == 2) {
            String codes = QuantizationMappings.asCodes(node, graph, node.input(0));
            String sums = LayerMappings.product(node, graph, codes, right, sum(node, graph));
            DynamicQuantizationMappings.withoutZeroPoint(
                    node, graph, sums, node.input(2), graph.layer(sums), graph.shape(codes));
            return;
        }
        LayerMappings.product(node, graph, centred(node, graph, 0, 2), right, node.output());
    }

    /** Codes less their zero point. */
    private static String centred(OnnxNode node, Importer graph, int input, int zeroPoint) {
        return QuantizationMappings.real(node, graph, input, unscaled(node, graph, zeroPoint));
    }

    private static FloatTensor centredWeights(OnnxNode node, Importer graph, int input, int zeroPoint, int axis) {
        String name = graph.intermediate(node, "weights");
        QuantizationMappings.dequantizeConstant(node, graph, input, unscaled(node, graph, zeroPoint), axis, name);
        return graph.weights(name);
    }

    private static QuantizationParameters unscaled(OnnxNode node, Importer graph, int zeroPoint) {
        if (!node.hasInput(zeroPoint)) {
            return new QuantizationParameters(new float[] {1}, new long[1], "UINT8");
        }
        OnnxTensor stated = graph.constant(node, zeroPoint);
        float[] ones = new float[stated.elements()];
        Arrays.fill(ones, 1);
        return new QuantizationParameters(ones, graph.integers(node, zeroPoint), stated.type());
    }
}
