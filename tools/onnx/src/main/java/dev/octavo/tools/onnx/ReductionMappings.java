package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/** Operators that look at all elements along some dimensions: reductions, soft maxima, positions of extremes. */
final class ReductionMappings {
    private static final int MAX_CUMULATED = 4096;

    private ReductionMappings() {}

    /** What is done to a value before its reduction, or to the result. */
    private interface Change {
        String of(String value, GraphBuilder graph);
    }

    /** @param axesSince the opset from which on axes are an input */
    static Mapping reduction(FloatReduction.Kind kind, int axesSince) {
        return reduction(kind, axesSince, (value, graph) -> value, (value, graph) -> value);
    }

    private static Mapping reduction(FloatReduction.Kind kind, int axesSince, Change before, Change after) {
        return (node, graph) -> {
            long[] stated = node.integers("axes", 1, axesSince);
            boolean none = stated.length == 0 && node.flag("noop_with_empty_axes", false);
            String value = before.of(node.input(0), graph);
            String reduced = none ? value : graph.reduce(kind, value, axes(node, stated), node.flag("keepdims", true));
            node.define(after.of(reduced, graph));
        };
    }

    private static List<Integer> axes(OnnxNode node, long[] stated) {
        int rank = node.shape(0).length;
        return stated.length == 0
                ? IntStream.range(0, rank).boxed().toList()
                : Arrays.stream(stated)
                        .mapToObj(axis -> ShapeInference.axis(axis, rank))
                        .distinct()
                        .sorted()
                        .toList();
    }

    static Mapping sumOf(FloatUnary.Function function) {
        return reduction(
                FloatReduction.Kind.SUM, 18, (value, graph) -> graph.unary(function, value), (value, graph) -> value);
    }

    static Mapping logarithmOfSum() {
        return reduction(
                FloatReduction.Kind.SUM,
                18,
                (value, graph) -> value,
                (value, graph) -> graph.unary(FloatUnary.Function.LOG, value));
    }

    static Mapping sumOfSquares() {
        return reduction(
                FloatReduction.Kind.SUM, 18, (value, graph) -> graph.multiply(value, value), (value, graph) -> value);
    }

    static Mapping euclidean() {
        return reduction(
                FloatReduction.Kind.SUM,
                18,
                (value, graph) -> graph.multiply(value, value),
                (value, graph) -> graph.unary(FloatUnary.Function.SQRT, value));
    }

    /** {@code m + ln Σ e^(x − m)} with the greatest element m, which does not overflow. */
    static void logarithmOfExponentials(OnnxNode node, GraphBuilder graph) {
        long[] stated = node.integers("axes", 1, 18);
        if (stated.length == 0 && node.flag("noop_with_empty_axes", false)) {
            node.define(node.input(0));
            return;
        }
        List<Integer> axes = axes(node, stated);
        boolean keep = node.flag("keepdims", true);
        String value = graph.cast(node.input(0), NumberType.FLOAT);
        String greatest = graph.reduce(FloatReduction.Kind.MAXIMUM, value, axes, true);
        String powers = graph.unary(FloatUnary.Function.EXP, graph.subtract(value, greatest));
        String sums = graph.reduce(FloatReduction.Kind.SUM, powers, axes, true);
        String result = graph.add(graph.unary(FloatUnary.Function.LOG, sums), greatest);
        node.define(graph.reshape(result, ShapeInference.reduced(node.shape(0), axes, keep)));
    }

    static void softmax(OnnxNode node, GraphBuilder graph) {
        alongAxis(node, graph, (value, axis) -> graph.softmax(value, Integer.parseInt(axis)));
    }

    static void logSoftmax(OnnxNode node, GraphBuilder graph) {
        alongAxis(node, graph, (value, axis) -> {
            List<Integer> axes = List.of(Integer.parseInt(axis));
            String shifted = graph.subtract(value, graph.reduce(FloatReduction.Kind.MAXIMUM, value, axes, true));
            String sums =
                    graph.reduce(FloatReduction.Kind.SUM, graph.unary(FloatUnary.Function.EXP, shifted), axes, true);
            return graph.subtract(shifted, graph.unary(FloatUnary.Function.LOG, sums));
        });
    }

    /** One at the first greatest element, zero elsewhere. */
    static void hardmax(OnnxNode node, GraphBuilder graph) {
        alongAxis(node, graph, (value, axis) -> {
            int d = Integer.parseInt(axis);
            int[] shape = graph.shape(value);
            int[] kept = shape.clone();
            kept[d] = 1;
            String best = graph.emit(new Op.ArgExtreme(d, false, false), List.of(value), kept, NumberType.FLOAT);
            return graph.asFloats(graph.binary(FloatBinary.Function.EQUAL, best, positions(graph, shape, d)));
        });
    }

    /** The indices along a dimension, in a shape that is broadcast over the others. */
    static String positions(GraphBuilder graph, int[] shape, int axis) {
        int[] line = new int[shape.length];
        Arrays.fill(line, 1);
        line[axis] = shape[axis];
        float[] indices = new float[shape[axis]];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = i;
        }
        return graph.constant(Constant.of(line, indices));
    }

    /** Before opset 13 all dimensions from the axis on are one. */
    private static void alongAxis(OnnxNode node, GraphBuilder graph, BinaryOperator<String> function) {
        int[] input = node.shape(0);
        boolean flattening = node.opset() < 13;
        int axis = node.axis("axis", flattening ? 1 : -1);
        int inner = ShapeInference.elements(Arrays.copyOfRange(input, axis + 1, input.length));
        if (!flattening || inner == 1) {
            node.define(function.apply(node.input(0), Integer.toString(axis)));
            return;
        }
        if (axis == 0) {
            graph.dependsOnBatch();
        }
        String rows =
                graph.reshape(node.input(0), ShapeInference.elements(Arrays.copyOf(input, axis)), input[axis] * inner);
        node.define(graph.reshape(function.apply(rows, "1"), input));
    }

    static Mapping argExtreme(boolean least) {
        return (node, graph) -> {
            int axis = node.axis("axis", 0);
            int[] shape = ShapeInference.reduced(node.shape(0), List.of(axis), node.flag("keepdims", true));
            Op op = new Op.ArgExtreme(axis, least, node.flag("select_last_index", false));
            node.define(graph.emit(op, List.of(node.input(0)), shape, NumberType.INT64));
        };
    }

    /** The number of elements was an attribute before opset 10. */
    static void topK(OnnxNode node, GraphBuilder graph) {
        int axis = node.axis("axis", -1);
        long count = node.opset() < 10 ? node.integer("k", 0) : node.integers(1)[0];
        int[] shape = node.shape(0);
        if (count < 1 || count > shape[axis]) {
            throw new GraphException("it takes the first " + count + " of " + shape[axis] + " elements");
        }
        shape[axis] = (int) count;
        boolean least = !node.flag("largest", true);
        NumberType type = graph.type(node.input(0));
        if (node.wants(0)) {
            node.define(0, graph.emit(new Op.TopK(axis, least, false), List.of(node.input(0)), shape, type));
        }
        if (node.wants(1)) {
            node.define(1, graph.emit(new Op.TopK(axis, least, true), List.of(node.input(0)), shape, NumberType.INT64));
        }
    }

    /** A product with a triangular matrix of ones. */
    static void cumulativeSum(OnnxNode node, GraphBuilder graph) {
        int[] shape = node.shape(0);
        int axis = ShapeInference.axis(node.integers(1)[0], shape.length);
        int size = shape[axis];
        if (size > MAX_CUMULATED) {
            throw new GraphException("it adds up " + size + " elements; at most " + MAX_CUMULATED + " are supported");
        }
        boolean exclusive = node.flag("exclusive", false);
        boolean reverse = node.flag("reverse", false);
        float[] matrix = new float[size * size];
        for (int o = 0; o < size; o++) {
            for (int i = 0; i < size; i++) {
                boolean before = reverse ? i > o : i < o;
                matrix[o * size + i] = before || (i == o && !exclusive) ? 1 : 0;
            }
        }
        int outer = ShapeInference.elements(Arrays.copyOf(shape, axis));
        int inner = ShapeInference.elements(Arrays.copyOfRange(shape, axis + 1, shape.length));
        String ones = graph.constant(Constant.of(new int[] {size, size}, matrix));
        String sums = graph.matMul(ones, graph.reshape(node.input(0), outer, size, inner));
        if (axis == 0) {
            graph.dependsOnBatch();
        }
        node.define(graph.typed(graph.reshape(sums, shape), graph.type(node.input(0))));
    }
}
