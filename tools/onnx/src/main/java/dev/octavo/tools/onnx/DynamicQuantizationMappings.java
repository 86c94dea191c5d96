package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.List;

/**
 * DynamicQuantizeLinear, and the layers that read its codes.
 *
 * <p>Its codes are numbers in the graph, on the grid 0..255, and a layer of integer weights takes them as they are, so that it
 * computes in integers. What a zero point z known at run time contributes, z · Σ w over the weights that meet no padding, comes
 * off behind it. Each image has a scale of its own.
 */
final class DynamicQuantizationMappings {
    private static final int MOST_WINDOW = (1 << 15) - 1;

    private DynamicQuantizationMappings() {}

    static void quantize(OnnxNode node, Importer graph) {
        String input = graph.value(node, 0);
        int[] shape = graph.shape(input);
        String greatest = clip(node, graph, greatest(node, graph, input), 0, Float.POSITIVE_INFINITY);
        String negated = scaled(node, graph, input, -1);
        String least = clip(node, graph, greatest(node, graph, negated), 0, Float.POSITIVE_INFINITY);
        String range = QuantizationMappings.arithmetic(node, graph, FloatBinary.Function.ADD, greatest, least);
        // A tensor of zeros has no range, and any scale will do.
        String scale =
                clip(node, graph, scaled(node, graph, range, 1f / 255), Float.MIN_NORMAL, Float.POSITIVE_INFINITY);
        String zeroPoint = round(
                node, graph, QuantizationMappings.arithmetic(node, graph, FloatBinary.Function.DIVIDE, least, scale));
        String quotient = QuantizationMappings.arithmetic(
                node, graph, FloatBinary.Function.DIVIDE, input, aligned(node, graph, scale, shape));
        String shifted = QuantizationMappings.arithmetic(
                node,
                graph,
                FloatBinary.Function.ADD,
                toIntegers(node, graph, quotient),
                aligned(node, graph, zeroPoint, shape));
        QuantizationMappings.round(node, graph, shifted, QuantizationParameters.codes("UINT8"), node.output());
        output(node, graph, 1, scale);
        output(node, graph, 2, zeroPoint);
        if (node.outputs().size() > 2 && !node.outputs().get(2).isEmpty()) {
            graph.codes(node.outputs().get(2), QuantizationParameters.codes("UINT8"));
        }
    }

    /** The greatest element of each image, [N, 1, 1, 1]. */
    private static String greatest(OnnxNode node, Importer graph, String value) {
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
        int[] rows = {1, 1, elements / width, width};
        String matrix = graph.emit(node, new Op.Reshape(), List.of(value), graph.intermediate(node, "elements"), rows);
        return graph.emit(
                node,
                new Op.GlobalPool(Pooling.Kind.MAX),
                List.of(matrix),
                graph.intermediate(node, "greatest"),
                new int[] {1, 1, 1, 1});
    }

    private static String clip(OnnxNode node, Importer graph, String value, float low, float high) {
        return graph.emit(
                node,
                new Op.Unary(FloatUnary.Function.CLIP, low, high),
                List.of(value),
                graph.intermediate(node, "bounded"),
                graph.shape(value));
    }

    private static String scaled(OnnxNode node, Importer graph, String value, float factor) {
        String constant = QuantizationMappings.constant(node, graph, "factor", QuantizationMappings.scalar(factor));
        return QuantizationMappings.arithmetic(node, graph, FloatBinary.Function.MULTIPLY, value, constant);
    }

    /** The nearest integers, ties to even, of numbers within ±2^22: beyond 2^23 a float has no fraction. */
    private static String toIntegers(OnnxNode node, Importer graph, String value) {
        String magic = QuantizationMappings.constant(node, graph, "magic", QuantizationMappings.scalar(0x1.8p23f));
        String raised = QuantizationMappings.arithmetic(node, graph, FloatBinary.Function.ADD, value, magic);
        return QuantizationMappings.arithmetic(node, graph, FloatBinary.Function.SUBTRACT, raised, magic);
    }

    private static String round(OnnxNode node, Importer graph, String value) {
        return graph.emit(
                node,
                new Op.RoundToGrid(QuantizationParameters.codes("UINT8")),
                List.of(value),
                graph.intermediate(node, "rounded"),
                graph.shape(value));
    }

    /** One number for each image, shaped to be broadcast over a tensor. */
    private static String aligned(OnnxNode node, Importer graph, String value, int[] over) {
        int[] shape = new int[Math.max(1, over.length)];
        Arrays.fill(shape, 1);
        return Arrays.equals(shape, graph.shape(value))
                ? value
                : graph.emit(node, new Op.Reshape(), List.of(value), graph.intermediate(node, "aligned"), shape);
    }

    /** A result that is a scalar in the file. It stays [1], which broadcasts alike, but for results of the graph. */
    private static void output(OnnxNode node, Importer graph, int index, String value) {
        if (index < node.outputs().size() && !node.outputs().get(index).isEmpty()) {
            graph.emit(node, new Op.Reshape(), List.of(value), node.outputs().get(index), new int[0]);
        }
    }

    /** Whether a zero point is computed by the network. */
    static boolean dynamic(OnnxNode node, Importer graph, int zeroPoint) {
        return node.hasInput(zeroPoint) && !graph.isConstant(node, zeroPoint);
    }

    /** The sums of weights that are multiplied by codes, less what the zero point of the codes contributes. */
    static void withoutZeroPoint(
            OnnxNode node, Importer graph, String sums, String zeroPoint, Op.Layer layer, int[] input) {
        int[] shape = graph.shape(sums);
        String weightSums = QuantizationMappings.constant(node, graph, "weightSums", weightSums(layer, input, shape));
        String point = aligned(node, graph, graph.value(zeroPoint), shape);
        String contribution =
                QuantizationMappings.arithmetic(node, graph, FloatBinary.Function.MULTIPLY, point, weightSums);
        graph.emit(
                node, new Op.Binary(FloatBinary.Function.SUBTRACT), List.of(sums, contribution), node.output(), shape);
    }

    /** Σ w for each output; where windows reach into padding, of the weights inside. */
    private static OnnxTensor weightSums(Op.Layer layer, int[] input, int[] output) {
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
        return new OnnxTensor.Floats("FLOAT", shape, sums);
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
