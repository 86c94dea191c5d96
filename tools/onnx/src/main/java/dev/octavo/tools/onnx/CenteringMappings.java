package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Normalizations by the moments of what is normalized: of instances, groups, layers, and by norms. */
final class CenteringMappings {
    private CenteringMappings() {}

    /** A value less its mean, and what to multiply it by for a variance of 1. */
    private record Centred(String mean, String value, String factor) {
        static Centred of(String value, List<Integer> axes, float epsilon, GraphBuilder graph) {
            String mean = graph.reduce(FloatReduction.Kind.MEAN, value, axes, true);
            String centred = graph.subtract(value, mean);
            return new Centred(mean, centred, inverseRoot(centred, axes, epsilon, graph));
        }

        String normalized(GraphBuilder graph) {
            return graph.multiply(value, factor);
        }
    }

    /** {@code 1 / sqrt(mean(x²) + epsilon)}. */
    private static String inverseRoot(String value, List<Integer> axes, float epsilon, GraphBuilder graph) {
        String variance = graph.reduce(FloatReduction.Kind.MEAN, graph.multiply(value, value), axes, true);
        return graph.unary(
                FloatUnary.Function.RECIPROCAL,
                graph.unary(FloatUnary.Function.SQRT, graph.add(variance, graph.scalar(epsilon))));
    }

    private static List<Integer> from(int axis, int rank) {
        return IntStream.range(axis, rank).boxed().toList();
    }

    /** A vector of one element per channel, shaped to be broadcast over a tensor of some rank. */
    private static String perChannel(String vector, int rank, GraphBuilder graph) {
        int[] shape = new int[rank - 1];
        Arrays.fill(shape, 1);
        shape[0] = graph.shape(vector)[0];
        return graph.reshape(vector, shape);
    }

    static void instance(OnnxNode node, GraphBuilder graph) {
        int rank = node.shape(0).length;
        if (rank < 3) {
            throw new GraphException("its input " + Arrays.toString(node.shape(0)) + " has no positions");
        }
        String normalized = Centred.of(node.input(0), from(2, rank), node.real("epsilon", 1e-5f), graph)
                .normalized(graph);
        String scaled = graph.multiply(normalized, perChannel(node.input(1), rank, graph));
        node.define(graph.add(scaled, perChannel(node.input(2), rank, graph)));
    }

    /** Scale and bias are of groups before opset 21, of channels from then on. */
    static void group(OnnxNode node, GraphBuilder graph) {
        int[] shape = node.shape(0);
        int groups = Math.toIntExact(node.integer("num_groups", 1));
        if (shape.length < 2 || groups < 1 || shape[1] % groups != 0) {
            throw new GraphException(groups + " groups do not divide the channels of " + Arrays.toString(shape));
        }
        int[] grouped = {shape[0], groups, ShapeInference.elements(Arrays.copyOfRange(shape, 1, shape.length)) / groups
        };
        String normalized = Centred.of(
                        graph.reshape(node.input(0), grouped), List.of(2), node.real("epsilon", 1e-5f), graph)
                .normalized(graph);
        boolean perGroup = node.shape(1)[0] == groups && groups != shape[1];
        String laidOut = perGroup ? normalized : graph.reshape(normalized, shape);
        int rank = perGroup ? 3 : shape.length;
        String scaled = graph.multiply(laidOut, perChannel(node.input(1), rank, graph));
        node.define(graph.reshape(graph.add(scaled, perChannel(node.input(2), rank, graph)), shape));
    }

    static void layer(OnnxNode node, GraphBuilder graph) {
        int rank = node.shape(0).length;
        Centred centred =
                Centred.of(node.input(0), from(node.axis("axis", -1), rank), node.real("epsilon", 1e-5f), graph);
        String result = graph.multiply(centred.normalized(graph), node.input(1));
        node.define(0, node.hasInput(2) ? graph.add(result, node.input(2)) : result);
        node.define(1, centred.mean());
        node.define(2, centred.factor());
    }

    static void rootMeanSquare(OnnxNode node, GraphBuilder graph) {
        int rank = node.shape(0).length;
        String factor =
                inverseRoot(node.input(0), from(node.axis("axis", -1), rank), node.real("epsilon", 1e-5f), graph);
        node.define(graph.multiply(graph.multiply(node.input(0), factor), node.input(1)));
    }

    static void meanVariance(OnnxNode node, GraphBuilder graph) {
        int rank = node.shape(0).length;
        List<Integer> axes = Arrays.stream(node.integers("axes").orElse(new long[] {0, 2, 3}))
                .mapToObj(axis -> ShapeInference.axis(axis, rank))
                .toList();
        node.define(Centred.of(node.input(0), axes, 1e-9f, graph).normalized(graph));
    }

    /** A vector of 0 stays one. */
    static void norm(OnnxNode node, GraphBuilder graph) {
        List<Integer> axes = List.of(node.axis("axis", -1));
        String value = node.input(0);
        String length;
        if (node.integer("p", 2) == 1) {
            length = graph.reduce(FloatReduction.Kind.SUM, graph.unary(FloatUnary.Function.ABS, value), axes, true);
        } else {
            String squares = graph.reduce(FloatReduction.Kind.SUM, graph.multiply(value, value), axes, true);
            length = graph.unary(FloatUnary.Function.SQRT, squares);
        }
        node.define(graph.divide(value, graph.clip(length, Float.MIN_NORMAL, Float.POSITIVE_INFINITY)));
    }
}
