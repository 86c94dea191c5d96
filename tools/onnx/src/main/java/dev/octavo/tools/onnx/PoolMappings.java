package dev.octavo.tools.onnx;

import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import dev.octavo.tools.graph.Window;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Poolings, ReduceMean and Softmax: operators that look at many elements at once, without weights. */
final class PoolMappings {
    private PoolMappings() {}

    static void max(OnnxNode node, Importer graph) {
        pool(node, graph, Pooling.Kind.MAX, false, graph.value(node, 0), node.output());
    }

    static void average(OnnxNode node, Importer graph) {
        average(node, graph, graph.value(node, 0), node.output());
    }

    /** The average of a value by the attributes of a node; returns its output. */
    static String average(OnnxNode node, Importer graph, String value, String output) {
        return pool(node, graph, Pooling.Kind.AVERAGE, node.flag("count_include_pad", false), value, output);
    }

    private static String pool(
            OnnxNode node, Importer graph, Pooling.Kind kind, boolean countPadding, String value, String output) {
        int[] input = graph.shape(value);
        long[] kernel =
                node.integers("kernel_shape").orElseThrow(() -> new GraphException("its kernel_shape is missing"));
        Window window = WindowAttributes.window(node, input, kernel, 1);
        return graph.emit(
                node,
                new Op.Pool(kind, window, countPadding),
                List.of(value),
                output,
                ShapeInference.pool(input, window, node.flag("ceil_mode", false)));
    }

    static void globalMax(OnnxNode node, Importer graph) {
        globalPool(node, graph, Pooling.Kind.MAX, graph.value(node, 0), node.output());
    }

    static void globalAverage(OnnxNode node, Importer graph) {
        globalPool(node, graph, Pooling.Kind.AVERAGE, graph.value(node, 0), node.output());
    }

    /** A pooling of all positions of a value; returns its output. */
    static String globalPool(OnnxNode node, Importer graph, Pooling.Kind kind, String value, String output) {
        int[] input = graph.shape(value);
        if (input.length != 3 && input.length != 4) {
            throw new GraphException("its input " + Arrays.toString(input)
                    + " has no 1 or 2 spatial dimensions; others are not supported");
        }
        int[] shape = ShapeInference.reduced(input, List.of(2, input.length - 1), true);
        return graph.emit(node, new Op.GlobalPool(kind), List.of(value), output, shape);
    }

    static void reduceMean(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        long[] stated = node.opset() < 18
                ? node.integers("axes").orElse(new long[0])
                : node.hasInput(1) ? graph.integers(node, 1) : new long[0];
        if (stated.length == 0 && node.flag("noop_with_empty_axes", false)) {
            graph.alias(node.output(), node.input(0));
            return;
        }
        List<Integer> axes = stated.length == 0
                ? IntStream.range(0, input.length).boxed().toList()
                : Arrays.stream(stated)
                        .mapToObj(axis -> ShapeInference.axis(axis, input.length))
                        .distinct()
                        .sorted()
                        .toList();
        graph.emit(
                node,
                new Op.ReduceMean(axes),
                List.of(graph.value(node, 0)),
                node.output(),
                ShapeInference.reduced(input, axes, node.flag("keepdims", true)));
    }

    /** Before opset 13 all dimensions from the axis on are one. */
    static void softmax(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        boolean flattening = node.opset() < 13;
        int axis = ShapeInference.axis(node.integer("axis", flattening ? 1 : -1), input.length);
        if (axis == 0) {
            graph.dependsOnBatch();
        }
        int inner = ShapeInference.elements(Arrays.copyOfRange(input, axis + 1, input.length));
        String value = graph.value(node, 0);
        if (!flattening || inner == 1) {
            graph.emit(node, new Op.Softmax(axis), List.of(value), node.output(), input);
            return;
        }
        int[] matrix = {ShapeInference.elements(Arrays.copyOf(input, axis)), input[axis] * inner};
        String rows = graph.emit(node, new Op.Reshape(), List.of(value), graph.intermediate(node, "rows"), matrix);
        String soft = graph.emit(node, new Op.Softmax(1), List.of(rows), graph.intermediate(node, "softmax"), matrix);
        graph.emit(node, new Op.Reshape(), List.of(soft), node.output(), input);
    }
}
