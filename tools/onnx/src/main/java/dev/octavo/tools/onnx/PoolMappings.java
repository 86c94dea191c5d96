package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.GraphBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Poolings. */
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

    /** {@code (Σ |x|^p)^(1/p)} over a window: an average of powers times its taps. */
    static void norm(OnnxNode node, GraphBuilder graph) {
        int power = (int) node.integer("p", 2);
        long[] kernel = node.integers("kernel_shape").orElse(new long[0]);
        long taps = Arrays.stream(kernel).reduce(1, Math::multiplyExact);
        String powers = powers(graph, node.input(0), power);
        String averages = WindowAttributes.pool(node, graph, Pooling.Kind.AVERAGE, powers, true);
        node.define(root(graph, graph.scaled(averages, (float) taps), power));
    }

    static void globalNorm(OnnxNode node, GraphBuilder graph) {
        int power = (int) node.integer("p", 2);
        int[] shape = node.shape(0);
        List<Integer> axes = IntStream.range(2, shape.length).boxed().toList();
        String sums = graph.reduce(FloatReduction.Kind.SUM, powers(graph, node.input(0), power), axes, true);
        node.define(root(graph, sums, power));
    }

    private static String powers(GraphBuilder graph, String value, int power) {
        String magnitude = graph.unary(FloatUnary.Function.ABS, value);
        return power == 1 ? magnitude : graph.unary(FloatUnary.Function.POWER, power, 0, magnitude);
    }

    private static String root(GraphBuilder graph, String value, int power) {
        return power == 1 ? value : graph.unary(FloatUnary.Function.POWER, 1f / power, 0, value);
    }
}
