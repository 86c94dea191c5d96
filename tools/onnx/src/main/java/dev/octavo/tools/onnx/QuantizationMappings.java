package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.ShapeInference;

/** QuantizeLinear and DequantizeLinear: quantizing rounds to a grid, and dequantizing gives another name. */
final class QuantizationMappings {
    private QuantizationMappings() {}

    static void quantize(OnnxNode node, GraphBuilder graph) {
        refuseBlocks(node);
        QuantizationParameters parameters = QuantizationParameters.of(node, 1, 2, statedType(node));
        int[] shape = node.shape(0);
        int axis = axis(node, parameters, shape);
        if (node.isConstant(0)) {
            if (!(node.constant(0) instanceof Constant.Floats reals)) {
                throw new GraphException("its input '" + node.input(0) + "' holds no floats");
            }
            node.define(parameters.quantize(reals, axis));
        } else if (parameters.common()) {
            node.define(graph.round(node.input(0), parameters.grid(), parameters.type()));
        } else {
            String divided = graph.divide(node.input(0), Codes.along(graph, parameters.scales(), shape, axis));
            String shifted = graph.add(divided, Codes.along(graph, floats(parameters.zeroPoints()), shape, axis));
            node.define(graph.round(shifted, parameters.type().codes(), parameters.type()));
        }
    }

    /** An attribute since opset 21. */
    private static NumberType statedType(OnnxNode node) {
        return switch ((int) node.integer("output_dtype", 0)) {
            case 0, 2 -> NumberType.UINT8;
            case 3 -> NumberType.INT8;
            case 4 -> NumberType.UINT16;
            case 5 -> NumberType.INT16;
            default ->
                throw new GraphException("its output_dtype is " + node.integer("output_dtype", 0)
                        + "; only 8-bit and 16-bit codes are supported");
        };
    }

    static void dequantize(OnnxNode node, GraphBuilder graph) {
        refuseBlocks(node);
        QuantizationParameters parameters = QuantizationParameters.ofCodes(node, 0, 1);
        int[] shape = node.shape(0);
        int axis = axis(node, parameters, shape);
        if (node.isConstant(0)) {
            node.define(Codes.constant(node, graph, 0, parameters, axis));
        } else if (parameters.common()) {
            node.define(Codes.real(node, graph, 0, parameters));
        } else {
            String codes = graph.codes(node.input(0));
            String centred = graph.subtract(codes, Codes.along(graph, floats(parameters.zeroPoints()), shape, axis));
            node.define(graph.multiply(centred, Codes.along(graph, parameters.scales(), shape, axis)));
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

    private static float[] floats(long[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i];
        }
        return result;
    }
}
