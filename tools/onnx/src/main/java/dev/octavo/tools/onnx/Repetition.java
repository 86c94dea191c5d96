package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that repeat elements, Tile and Expand, and what they are made of: concatenations of a value with itself. */
final class Repetition {
    /** More copies than this are no part of a network that computes. */
    private static final int MAX_COPIES = 1024;

    private Repetition() {}

    static void tile(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        long[] repeats = graph.integers(node, 1);
        if (repeats.length != input.length) {
            throw new GraphException("it has " + repeats.length + " repeats for " + input.length + " dimensions");
        }
        int[] shape = IntStream.range(0, input.length)
                .map(d -> Math.toIntExact(Math.multiplyExact(input[d], repeats[d])))
                .toArray();
        if (graph.isConstant(node, 0)) {
            graph.reserve(shape);
            graph.define(node.output(), Constants.tile(graph.constant(node, 0), shape));
        } else {
            repeat(node, graph, graph.value(node, 0), input, shape);
        }
    }

    static void expand(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        int[] shape = ShapeInference.broadcast(input, ConstantMappings.extents(graph.integers(node, 1)));
        if (graph.isConstant(node, 0)) {
            graph.reserve(shape);
            graph.define(node.output(), Constants.expand(graph.constant(node, 0), shape));
            return;
        }
        int[] aligned = new int[shape.length];
        Arrays.fill(aligned, 1);
        System.arraycopy(input, 0, aligned, shape.length - input.length, input.length);
        String value = graph.value(node, 0);
        if (aligned.length > input.length) {
            value = graph.emit(node, new Op.Reshape(), List.of(value), graph.intermediate(node, "aligned"), aligned);
        }
        repeat(node, graph, value, aligned, shape);
    }

    /** A value one after the other along every dimension, until it has a shape. */
    private static void repeat(OnnxNode node, Importer graph, String value, int[] input, int[] shape) {
        List<Integer> growing = IntStream.range(0, shape.length)
                .filter(d -> shape[d] != input[d])
                .boxed()
                .toList();
        if (growing.isEmpty()) {
            graph.alias(node.output(), value);
        }
        String repeated = value;
        int[] reached = input.clone();
        for (int d : growing) {
            reached[d] = shape[d];
            boolean last = d == growing.getLast();
            String result = last ? node.output() : graph.intermediate(node, "repeated");
            repeated = copies(node, graph, repeated, d, shape[d] / input[d], result, reached);
        }
    }

    /** Every element along a dimension {@code count} times, before the next one. */
    static void ofElements(OnnxNode node, Importer graph, String value, int dimension, int count, String result) {
        int[] input = graph.shape(value);
        int[] apart = new int[input.length + 1];
        System.arraycopy(input, 0, apart, 0, dimension + 1);
        apart[dimension + 1] = 1;
        System.arraycopy(input, dimension + 1, apart, dimension + 2, input.length - dimension - 1);
        String single = graph.emit(node, new Op.Reshape(), List.of(value), graph.intermediate(node, "apart"), apart);
        apart[dimension + 1] = count;
        String repeated = copies(node, graph, single, dimension + 1, count, graph.intermediate(node, "copies"), apart);
        int[] shape = input.clone();
        shape[dimension] = Math.multiplyExact(input[dimension], count);
        graph.emit(node, new Op.Reshape(), List.of(repeated), result, shape);
    }

    private static String copies(
            OnnxNode node, Importer graph, String value, int axis, int count, String result, int[] shape) {
        if (count < 1 || count > MAX_COPIES) {
            throw new GraphException(
                    "it repeats a computed value " + count + " times; 1 to " + MAX_COPIES + " are supported");
        }
        return graph.emit(node, new Op.Concat(axis), Collections.nCopies(count, value), result, shape);
    }
}
