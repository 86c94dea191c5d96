package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Poolings, ReduceMean and Softmax: operators that look at many elements at once, without weights. */
final class PoolMappings {
    private PoolMappings() {}

    static void max(OnnxNode node, GraphBuilder graph) {
        node.define(WindowAttributes.pool(node, graph, Pooling.Kind.MAX, node.input(0)));
    }

    static void average(OnnxNode node, GraphBuilder graph) {
        node.define(WindowAttributes.pool(node, graph, Pooling.Kind.AVERAGE, node.input(0)));
    }

    static void globalMax(OnnxNode node, GraphBuilder graph) {
        node.define(graph.globalPool(node.input(0), Pooling.Kind.MAX));
    }

    static void globalAverage(OnnxNode node, GraphBuilder graph) {
        node.define(graph.globalPool(node.input(0), Pooling.Kind.AVERAGE));
    }

    static void reduceMean(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        long[] stated = node.integers("axes", 1, 18);
        if (stated.length == 0 && node.flag("noop_with_empty_axes", false)) {
            node.define(node.input(0));
            return;
        }
        List<Integer> axes = stated.length == 0
                ? IntStream.range(0, input.length).boxed().toList()
                : Arrays.stream(stated)
                        .mapToObj(axis -> ShapeInference.axis(axis, input.length))
                        .distinct()
                        .sorted()
                        .toList();
        node.define(graph.reduce(FloatReduction.Kind.MEAN, node.input(0), axes, node.flag("keepdims", true)));
    }

    /** Before opset 13 all dimensions from the axis on are one. */
    static void softmax(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        boolean flattening = node.opset() < 13;
        int axis = node.axis("axis", flattening ? 1 : -1);
        int inner = ShapeInference.elements(Arrays.copyOfRange(input, axis + 1, input.length));
        if (!flattening || inner == 1) {
            node.define(graph.softmax(node.input(0), axis));
            return;
        }
        if (axis == 0) {
            graph.dependsOnBatch();
        }
        String rows =
                graph.reshape(node.input(0), ShapeInference.elements(Arrays.copyOf(input, axis)), input[axis] * inner);
        node.define(graph.reshape(graph.softmax(rows, 1), input));
    }
}
