package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.List;

/**
 * QuantizeLinear and DequantizeLinear. A quantized tensor is in the graph as the real numbers that its codes stand for, rounded
 * to their grid; so quantizing rounds, and dequantizing gives another name. Where a file reads codes with another scale than it
 * wrote them with, or takes them in and gives them out, the codes themselves become numbers.
 */
final class QuantizationMappings {
    private QuantizationMappings() {}

    static void quantize(OnnxNode node, Importer graph) {
        refuseBlocks(node);
        QuantizationParameters parameters = QuantizationParameters.of(node, graph, 1, 2, statedType(node));
        int[] shape = graph.shape(node, 0);
        int axis = axis(node, parameters, shape);
        if (graph.isConstant(node, 0)) {
            if (!(graph.constant(node, 0) instanceof OnnxTensor.Floats reals)) {
                throw new GraphException("its input '" + node.input(0) + "' holds no floats");
            }
            graph.define(node.output(), parameters.quantize(reals, axis));
        } else if (parameters.common()) {
            round(node, graph, graph.value(node, 0), parameters.grid(), node.output());
        } else {
            String divided = arithmetic(
                    node,
                    graph,
                    FloatBinary.Function.DIVIDE,
                    graph.value(node, 0),
                    constant(node, graph, "scale", along(parameters.scales(), shape, axis)));
            String shifted = arithmetic(
                    node,
                    graph,
                    FloatBinary.Function.ADD,
                    divided,
                    constant(node, graph, "zeroPoint", along(floats(parameters.zeroPoints()), shape, axis)));
            round(node, graph, shifted, QuantizationParameters.codes(parameters.type()), node.output());
        }
    }

    /** An attribute since opset 21. */
    private static String statedType(OnnxNode node) {
        return switch ((int) node.integer("output_dtype", 0)) {
            case 0, 2 -> "UINT8";
            case 3 -> "INT8";
            default ->
                throw new GraphException("its output_dtype is " + node.integer("output_dtype", 0)
                        + "; only UINT8 (2) and INT8 (3) are supported");
        };
    }

    static void dequantize(OnnxNode node, Importer graph) {
        refuseBlocks(node);
        QuantizationParameters parameters = QuantizationParameters.ofCodes(node, graph, 0, 1);
        int[] shape = graph.shape(node, 0);
        int axis = axis(node, parameters, shape);
        if (graph.isConstant(node, 0)) {
            dequantizeConstant(node, graph, 0, parameters, axis, node.output());
        } else if (parameters.common()) {
            String real = real(node, graph, 0, parameters);
            graph.alias(node.output(), real);
        } else {
            String codes = asCodes(node, graph, node.input(0));
            String centred = arithmetic(
                    node,
                    graph,
                    FloatBinary.Function.SUBTRACT,
                    codes,
                    constant(node, graph, "zeroPoint", along(floats(parameters.zeroPoints()), shape, axis)));
            String scaled = arithmetic(
                    node,
                    graph,
                    FloatBinary.Function.MULTIPLY,
                    centred,
                    constant(node, graph, "scale", along(parameters.scales(), shape, axis)));
            graph.alias(node.output(), scaled);
        }
    }

    private static void refuseBlocks(OnnxNode node) {
        if (node.integer("block_size", 0) != 0) {
            throw new GraphException("its block_size is " + node.integer("block_size", 0)
                    + "; blocks of values with scales of their own are not supported");
        }
    }

    private static int axis(OnnxNode node, QuantizationParameters parameters, int[] shape) {
        return parameters.common() ? 0 : ShapeInference.axis(node.integer("axis", 1), shape.length);
    }

    /** Defines the real numbers of codes that are constant, and remembers their steps. */
    static void dequantizeConstant(
            OnnxNode node, Importer graph, int input, QuantizationParameters parameters, int axis, String output) {
        if (!(graph.constant(node, input) instanceof OnnxTensor.Integers codes)) {
            throw new GraphException("its input '" + node.input(input) + "' is " + graph.constant(node, input)
                    + " where codes are needed");
        }
        graph.define(output, parameters.dequantize(codes, axis));
        graph.steps(output, parameters.steps(axis));
    }

    /** The value that holds the real numbers of an input of codes, constant or computed. */
    static String real(OnnxNode node, Importer graph, int input, QuantizationParameters parameters) {
        if (graph.isConstant(node, input)) {
            String reals = graph.intermediate(node, "real");
            dequantizeConstant(node, graph, input, parameters, graph.shape(node, input).length - 1, reals);
            return graph.value(reals);
        }
        Grid wanted = parameters.grid();
        Grid own = graph.codes(node.input(input))
                .orElseThrow(() -> new GraphException(
                        "its input '" + node.input(input) + "' is not quantized; a QuantizeLinear should compute it"));
        if (own.equals(wanted)) {
            return graph.value(node, input);
        }
        String codes = asCodes(node, graph, node.input(input));
        String centred = wanted.zeroPoint() == 0
                ? codes
                : arithmetic(
                        node,
                        graph,
                        FloatBinary.Function.SUBTRACT,
                        codes,
                        constant(node, graph, "zeroPoint", scalar(wanted.zeroPoint())));
        String scaled = wanted.scale() == 1
                ? centred
                : arithmetic(
                        node,
                        graph,
                        FloatBinary.Function.MULTIPLY,
                        centred,
                        constant(node, graph, "scale", scalar(wanted.scale())));
        return graph.emit(
                node,
                new Op.RoundToGrid(wanted),
                List.of(scaled),
                graph.intermediate(node, "grid"),
                graph.shape(scaled));
    }

    /** Rounds a value to a grid; the output holds codes in the file, and the numbers they stand for in the graph. */
    static void round(OnnxNode node, Importer graph, String value, Grid grid, String output) {
        graph.emit(node, new Op.RoundToGrid(grid), List.of(value), output, graph.shape(value));
        graph.codes(output, grid);
    }

    /** The codes of a quantized value as numbers. */
    static String asCodes(OnnxNode node, Importer graph, String value) {
        Grid grid = graph.codes(value).orElseThrow();
        if (grid.equals(grid.codes())) {
            return graph.value(value);
        }
        String quotient = arithmetic(
                node,
                graph,
                FloatBinary.Function.DIVIDE,
                graph.value(value),
                constant(node, graph, "scale", scalar(grid.scale())));
        String shifted = arithmetic(
                node,
                graph,
                FloatBinary.Function.ADD,
                quotient,
                constant(node, graph, "zeroPoint", scalar(grid.zeroPoint())));
        return graph.emit(
                node,
                new Op.RoundToGrid(grid.codes()),
                List.of(shifted),
                graph.intermediate(node, "codes"),
                graph.shape(shifted));
    }

    static String arithmetic(OnnxNode node, Importer graph, FloatBinary.Function function, String left, String right) {
        return graph.emit(
                node,
                new Op.Binary(function),
                List.of(left, right),
                graph.intermediate(node, function.name()),
                ShapeInference.broadcast(graph.shape(left), graph.shape(right)));
    }

    static String constant(OnnxNode node, Importer graph, String purpose, OnnxTensor value) {
        String name = graph.intermediate(node, purpose);
        graph.define(name, value);
        return graph.value(name);
    }

    static OnnxTensor scalar(float value) {
        return new OnnxTensor.Floats("FLOAT", new int[] {1}, new float[] {value});
    }

    /** A vector along a dimension of a tensor. */
    private static OnnxTensor along(float[] values, int[] shape, int axis) {
        if (shape[axis] != values.length) {
            throw new GraphException(
                    values.length + " scales do not fit dimension " + axis + " of a tensor " + Arrays.toString(shape));
        }
        int[] extents = new int[shape.length];
        Arrays.fill(extents, 1);
        extents[axis] = values.length;
        return new OnnxTensor.Floats("FLOAT", extents, values);
    }

    private static float[] floats(long[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i];
        }
        return result;
    }
}
