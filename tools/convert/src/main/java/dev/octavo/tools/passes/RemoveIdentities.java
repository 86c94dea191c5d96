package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Removes nodes whose output is their input: reshapes to the same shape, empty padding, clips without bounds. */
public final class RemoveIdentities implements Pass {
    @Override
    public String name() {
        return "remove-identities";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph result = graph;
        for (Node node : graph.nodes()) {
            if (isIdentity(graph, node) && removable(result, node.name())) {
                Node current = named(result, node.name());
                result = result.edit().bypass(current).build();
            }
        }
        return result;
    }

    private static Node named(Graph graph, String name) {
        return graph.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** An output of the graph must keep a node that computes it under its name. */
    private static boolean removable(Graph graph, String name) {
        Node node = named(graph, name);
        return !graph.outputs().contains(node.output())
                || (graph.producer(node.input()).isPresent() && !graph.outputs().contains(node.input()));
    }

    private static boolean isIdentity(Graph graph, Node node) {
        boolean sameShape = Arrays.equals(graph.shape(node.input()), graph.shape(node.output()));
        return switch (node.op()) {
            case Op.Reshape reshape -> sameShape;
            case Op.Transpose transpose ->
                transpose
                        .order()
                        .equals(IntStream.range(0, transpose.order().size())
                                .boxed()
                                .toList());
            case Op.Slice slice -> sameShape && allAre(slice.starts(), 0) && allAre(slice.steps(), 1);
            case Op.Pad pad -> allAre(pad.before(), 0) && allAre(pad.after(), 0);
            case Op.Concat concat -> node.inputs().size() == 1;
            case Op.Unary unary ->
                unary.function() == FloatUnary.Function.CLIP
                        && unary.alpha() == Float.NEGATIVE_INFINITY
                        && unary.beta() == Float.POSITIVE_INFINITY;
            case Op.Layer _, Op.RoundToGrid _, Op.Binary _, Op.Pool _, Op.GlobalPool _, Op.FloatOnly _ -> false;
        };
    }

    private static boolean allAre(List<Integer> values, int value) {
        return values.stream().allMatch(v -> v == value);
    }
}
