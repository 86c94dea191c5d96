package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.ShapeInference;
import java.util.ArrayList;
import java.util.List;

/** QLinearConv and its like: operators on codes, as float operators between dequantization and rounding to a grid. */
final class QuantizedOperatorMappings {
    private QuantizedOperatorMappings() {}

    private static QuantizationParameters parameters(OnnxNode node, int scale) {
        return QuantizationParameters.of(node, scale, scale + 1, NumberType.UINT8);
    }

    /** The real numbers of constant codes that their scale and zero point follow. */
    private static String weights(OnnxNode node, GraphBuilder graph, int input, int axis) {
        return Codes.constant(node, graph, input, QuantizationParameters.ofCodes(node, input, input + 1), axis);
    }

    /** The real numbers of an int32 bias at the scale of the accumulators; zeros where it is left out. */
    private static FloatTensor bias(OnnxNode node, int input, FloatTensor weights) {
        int outputs = weights.size(0);
        if (!node.hasInput(input)) {
            return FloatTensor.zeros(outputs);
        }
        double inputScale = parameters(node, 1).grid().scale();
        long[] codes = node.integers(input);
        if (codes.length != outputs) {
            throw new GraphException("its bias has " + codes.length + " values for " + outputs + " outputs");
        }
        float[] reals = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            reals[o] = (float)
                    (codes[o] * (inputScale * weights.steps().orElseThrow().at(o)));
        }
        return FloatTensor.vector(reals);
    }

    private static void round(OnnxNode node, GraphBuilder graph, String value, int scale) {
        QuantizationParameters parameters = parameters(node, scale);
        node.define(graph.round(value, parameters.grid(), parameters.type()));
    }

    static void convolution(OnnxNode node, GraphBuilder graph) {
        String input = Codes.real(node, graph, 0);
        FloatTensor weights = graph.weights(weights(node, graph, 3, 0));
        round(node, graph, WindowAttributes.convolution(node, graph, input, weights, bias(node, 8, weights)), 6);
    }

    static void matMul(OnnxNode node, GraphBuilder graph) {
        round(node, graph, graph.matMul(Codes.real(node, graph, 0), Codes.real(node, graph, 3)), 6);
    }

    /** {@code alpha · A · B + C}, with C at the scale of the product; the result is float where its scale is missing. */
    static void gemm(OnnxNode node, GraphBuilder graph) {
        if (node.flag("transA", false)) {
            throw new GraphException("its transA is not supported");
        }
        if (node.real("alpha", 1) != 1) {
            throw new GraphException("its alpha is " + node.real("alpha", 1) + "; only 1 is supported");
        }
        String input = Codes.real(node, graph, 0);
        boolean byOutput = node.flag("transB", false);
        String matrix = weights(node, graph, 3, byOutput ? 0 : 1);
        if (graph.rank(matrix) != 2) {
            throw new GraphException("its weights '" + node.input(3) + "' are no matrix");
        }
        FloatTensor weights = graph.weights(byOutput ? matrix : graph.transpose(matrix, List.of(1, 0)));
        String sum = graph.linear(input, weights, bias(node, 6, weights));
        if (node.hasInput(7)) {
            round(node, graph, sum, 7);
        } else {
            node.define(sum);
        }
    }

    static Mapping binary(FloatBinary.Function function) {
        return (node, graph) ->
                round(node, graph, graph.binary(function, Codes.real(node, graph, 0), Codes.real(node, graph, 3)), 6);
    }

    static void averagePool(OnnxNode node, GraphBuilder graph) {
        refuseChannelsLast(node);
        String input = Codes.real(node, graph, 0);
        round(node, graph, WindowAttributes.pool(node, graph, Pooling.Kind.AVERAGE, input), 3);
    }

    static void globalAveragePool(OnnxNode node, GraphBuilder graph) {
        refuseChannelsLast(node);
        round(node, graph, graph.globalPool(Codes.real(node, graph, 0), Pooling.Kind.AVERAGE), 3);
    }

    private static void refuseChannelsLast(OnnxNode node) {
        if (node.flag("channels_last", false)) {
            throw new GraphException("its channels_last is set; only channels in dimension 1 are supported");
        }
    }

    /** Inputs: scale and zero point of the result, then each term with its own. */
    static void concat(OnnxNode node, GraphBuilder graph) {
        QuantizationParameters parameters = parameters(node, 0);
        Grid grid = parameters.grid();
        List<String> terms = new ArrayList<>();
        for (int i = 2; i < node.inputs().size(); i += 3) {
            terms.add(graph.round(Codes.real(node, graph, i), grid, parameters.type()));
        }
        if (terms.isEmpty()) {
            throw new GraphException("it has no inputs to put together");
        }
        node.define(graph.concat(ShapeInference.axis(node.integer("axis", 0), graph.rank(terms.getFirst())), terms));
    }

    static void sigmoid(OnnxNode node, GraphBuilder graph) {
        round(node, graph, graph.unary(FloatUnary.Function.SIGMOID, Codes.real(node, graph, 0)), 3);
    }

    static void leakyRelu(OnnxNode node, GraphBuilder graph) {
        float slope = node.real("alpha", 0.01f);
        round(node, graph, graph.unary(FloatUnary.Function.LEAKY_RELU, slope, 0, Codes.real(node, graph, 0)), 3);
    }
}
