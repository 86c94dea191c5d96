package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import java.util.Arrays;

/**
 * Tensors of codes. In the graph they are the real numbers that their codes stand for, rounded to their grid; where a file
 * reads codes with another scale than it wrote them with, or takes them in and gives them out, the codes themselves become
 * numbers.
 */
final class Codes {
    private Codes() {}

    /** What a code of a value's grid stands for. */
    static float number(GraphBuilder graph, String value, float code) {
        return graph.grid(value)
                .map(grid -> grid.scale() * (code - grid.zeroPoint()))
                .orElse(code);
    }

    /** The value that holds the real numbers of an input of codes that its scale and zero point follow. */
    static String real(OnnxNode node, GraphBuilder graph, int input) {
        return real(node, graph, input, QuantizationParameters.ofCodes(node, input, input + 1));
    }

    /** The value that holds the real numbers of an input of codes, constant or computed. */
    static String real(OnnxNode node, GraphBuilder graph, int input, QuantizationParameters parameters) {
        if (node.isConstant(input)) {
            return constant(node, graph, input, parameters, node.shape(input).length - 1);
        }
        Grid wanted = parameters.grid();
        Grid own = graph.grid(node.input(input))
                .orElseThrow(() -> new GraphException(
                        "its input '" + node.input(input) + "' is not quantized; a QuantizeLinear should compute it"));
        if (own.equals(wanted)) {
            return graph.asFloats(node.input(input));
        }
        String codes = graph.codes(node.input(input));
        String centred = wanted.zeroPoint() == 0 ? codes : graph.subtract(codes, graph.scalar(wanted.zeroPoint()));
        return graph.nearest(graph.scaled(centred, wanted.scale()), wanted);
    }

    /** The real numbers of an input of constant codes, with their steps. */
    static String constant(OnnxNode node, GraphBuilder graph, int input, QuantizationParameters parameters, int axis) {
        if (!(node.constant(input) instanceof Constant.Integers codes)) {
            throw new GraphException(
                    "its input '" + node.input(input) + "' is " + node.constant(input) + " where codes are needed");
        }
        return graph.inSteps(graph.constant(parameters.dequantize(codes, axis)), parameters.steps(axis));
    }

    /** A vector along a dimension of a tensor. */
    static String along(GraphBuilder graph, float[] values, int[] shape, int axis) {
        if (shape[axis] != values.length) {
            throw new GraphException(
                    values.length + " scales do not fit dimension " + axis + " of a tensor " + Arrays.toString(shape));
        }
        int[] extents = new int[shape.length];
        Arrays.fill(extents, 1);
        extents[axis] = values.length;
        return graph.constant(Constant.of(extents, values));
    }
}
