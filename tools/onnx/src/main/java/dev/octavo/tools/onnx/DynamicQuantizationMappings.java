package dev.octavo.tools.onnx;

import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;

/**
 * DynamicQuantizeLinear, and the layers that read its codes.
 *
 * <p>Its codes are numbers in the graph, on the grid 0..255, and a layer of integer weights takes them as they are, so that it
 * computes in integers. What a zero point z known at run time contributes, z · Σ w over the weights that meet no padding, comes
 * off behind it. Each image has a scale of its own.
 */
final class DynamicQuantizationMappings {
    private static final int MOST_WINDOW = (1 << 15) - 1;
    private static final Grid CODES = NumberType.UINT8.codes();

    private DynamicQuantizationMappings() {}

    static void quantize(OnnxNode node, GraphBuilder graph) {
        String input = node.input(0);
        String greatest = graph.clip(greatest(graph, input), 0, Float.POSITIVE_INFINITY);
        String least = graph.clip(greatest(graph, graph.scaled(input, -1)), 0, Float.POSITIVE_INFINITY);
        // A tensor of zeros has no range, and any scale will do.
        String scale = graph.clip(
                graph.scaled(graph.add(greatest, least), 1f / 255), Float.MIN_NORMAL, Float.POSITIVE_INFINITY);
        String zeroPoint = graph.nearest(graph.divide(least, scale), CODES);
        int[] aligned = new int[Math.max(1, graph.rank(input))];
        Arrays.fill(aligned, 1);
        String shifted = graph.add(
                graph.toIntegers(graph.divide(input, graph.reshape(scale, aligned))),
                graph.reshape(zeroPoint, aligned));
        node.define(0, graph.round(shifted, CODES, NumberType.UINT8));
        if (node.wants(1)) {
            node.define(1, graph.reshape(scale));
        }
        if (node.wants(2)) {
            node.define(2, graph.typed(graph.reshape(zeroPoint), NumberType.UINT8));
        }
    }

    /** The greatest element of each image, [N, 1, 1, 1]. */
    private static String greatest(GraphBuilder graph, String value) {
        int[] shape = graph.shape(value);
        int images = shape.length > 1 && shape[0] == 1 ? 1 : 0;
        int elements = ShapeInference.elements(shape);
        int width = 1;
        for (int d = shape.length - 1; d >= images && (long) width * shape[d] <= MOST_WINDOW; d--) {
            width *= shape[d];
        }
        if (elements / width > MOST_WINDOW) {
            throw new GraphException("its input " + Arrays.toString(shape) + " is too large");
        }
        if (images == 0) {
            graph.dependsOnBatch();
        }
        return graph.globalPool(graph.reshape(value, 1, 1, elements / width, width), Pooling.Kind.MAX);
    }

    /** The accumulators of a convolution of codes: integers, exact up to 2^24. */
    static void convolution(OnnxNode node, GraphBuilder graph) {
        FloatTensor weights = graph.weights(Codes.constant(node, graph, 1, unscaled(node, 3), 0));
        FloatTensor bias = FloatTensor.zeros(weights.size(0));
        if (dynamic(node)) {
            String codes = graph.codes(node.input(0));
            withoutZeroPoint(node, graph, codes, WindowAttributes.convolution(node, graph, codes, weights, bias));
            return;
        }
        String input = Codes.real(node, graph, 0, unscaled(node, 2));
        node.define(WindowAttributes.convolution(node, graph, input, weights, bias));
    }

    static void matMul(OnnxNode node, GraphBuilder graph) {
        if (!node.isConstant(1)) {
            throw new GraphException(
                    "its input '" + node.input(1) + "' is computed by the network, but must be constant");
        }
        String weights = Codes.constant(node, graph, 1, unscaled(node, 3), node.shape(1).length - 1);
        if (dynamic(node) && node.shape(0).length == 2) {
            String codes = graph.codes(node.input(0));
            withoutZeroPoint(node, graph, codes, graph.matMul(codes, weights));
            return;
        }
        node.define(graph.matMul(Codes.real(node, graph, 0, unscaled(node, 2)), weights));
    }

    private static QuantizationParameters unscaled(OnnxNode node, int zeroPoint) {
        if (!node.hasInput(zeroPoint)) {
            return new QuantizationParameters(new float[] {1}, new long[1], NumberType.UINT8);
        }
        Constant stated = node.constant(zeroPoint);
        float[] ones = new float[stated.elements()];
        Arrays.fill(ones, 1);
        return new QuantizationParameters(ones, node.integers(zeroPoint), stated.type());
    }

    /** Whether the zero point of the codes is computed by the network. */
    private static boolean dynamic(OnnxNode node) {
        return node.hasInput(2) && !node.isConstant(2);
    }

    /** The sums of weights that are multiplied by codes, less what the zero point of the codes contributes. */
    private static void withoutZeroPoint(OnnxNode node, GraphBuilder graph, String codes, String sums) {
        int[] shape = graph.shape(sums);
        Op.Layer layer = graph.layer(sums).orElseThrow();
        int[] aligned = new int[shape.length];
        Arrays.fill(aligned, 1);
        String point = graph.reshape(graph.asFloats(node.input(2)), aligned);
        String weightSums = graph.constant(weightSums(layer, graph.shape(codes), shape));
        node.define(graph.subtract(sums, graph.multiply(point, weightSums)));
    }

    /** Σ w for each output; where windows reach into padding, of the weights inside. */
    private static Constant weightSums(Op.Layer layer, int[] input, int[] output) {
        FloatTensor weights = layer.weights();
        boolean padded = layer instanceof Op.Convolution convolution
                && convolution.window().padded();
        int perOutput = weights.elements() / layer.outputs();
        int positions = 1;
        for (int d = 2; d < output.length; d++) {
            positions *= padded ? output[d] : 1;
        }
        int[] shape = new int[output.length];
        Arrays.fill(shape, 1);
        float[] sums = new float[layer.outputs() * positions];
        shape[1] = layer.outputs();
        for (int d = 2; d < output.length; d++) {
            shape[d] = padded ? output[d] : 1;
        }
        for (int o = 0; o < layer.outputs(); o++) {
            for (int p = 0; p < positions; p++) {
                float sum = 0;
                for (int i = 0; i < perOutput; i++) {
                    if (!padded || inside((Op.Convolution) layer, i % layer.taps(), p, input, output)) {
                        sum += weights.at(o * perOutput + i);
                    }
                }
                sums[o * positions + p] = sum;
            }
        }
        return new Constant.Floats(NumberType.FLOAT, shape, sums);
    }

    private static boolean inside(Op.Convolution layer, int tap, int position, int[] input, int[] output) {
        var window = layer.window();
        var shape = window.shape();
        int width = output[output.length - 1];
        int row = position / width * shape.strideHeight()
                + tap / shape.kernelWidth() * shape.dilationHeight()
                - window.padTop();
        int column = position % width * shape.strideWidth()
                + tap % shape.kernelWidth() * shape.dilationWidth()
                - window.padLeft();
        int height = input.length == 4 ? input[2] : 1;
        return row >= 0 && row < height && column >= 0 && column < input[input.length - 1];
    }
}
