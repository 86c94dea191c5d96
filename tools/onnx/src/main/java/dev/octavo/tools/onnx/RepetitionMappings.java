package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import java.util.stream.IntStream;

/** Operators that repeat elements: Tile and Expand. */
final class RepetitionMappings {
    private RepetitionMappings() {}

    static void tile(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        long[] repeats = node.integers(1);
        if (repeats.length != input.length) {
            throw new GraphException("it has " + repeats.length + " repeats for " + input.length + " dimensions");
        }
        int[] shape = IntStream.range(0, input.length)
                .map(d -> Math.toIntExact(Math.multiplyExact(input[d], repeats[d])))
                .toArray();
        node.define(graph.tile(node.input(0), shape));
    }

    static void expand(OnnxNode node, GraphBuilder graph) {
        node.define(graph.expand(node.input(0), OnnxNode.extents(node.integers(1))));
    }
}
