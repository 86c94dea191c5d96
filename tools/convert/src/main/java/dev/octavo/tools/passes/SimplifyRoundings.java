package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.List;
import java.util.Optional;

/**
 * Brings the roundings of a network that was quantized elsewhere to one per quantized tensor: one takes the place of several that
 * round the same value alike, and a clip before a rounding becomes bounds of its grid.
 */
public final class SimplifyRoundings implements Pass {
    @Override
    public String name() {
        return "simplify-roundings";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (Node node : graph.nodes()) {
            Node latest = current.producer(node.output()).orElse(null);
            if (latest != null && latest.op() instanceof Op.RoundToGrid round) {
                current = shared(current, latest).orElse(withClip(current, latest, round.grid()));
            }
        }
        return current;
    }

    /** Without a rounding that an earlier one equals. */
    private static Optional<Graph> shared(Graph graph, Node node) {
        Node first = graph.consumers(node.input()).stream()
                .filter(reader -> reader.op().equals(node.op()))
                .findFirst()
                .orElse(node);
        if (first.equals(node) || graph.outputs().contains(node.output())) {
            return Optional.empty();
        }
        return Optional.of(graph.edit()
                .remove(node)
                .redirect(node.output(), first.output())
                .build());
    }

    private static Graph withClip(Graph graph, Node node, Grid grid) {
        Node clip = graph.producer(node.input()).orElse(null);
        if (clip == null
                || !(clip.op() instanceof Op.Unary unary)
                || unary.function() != FloatUnary.Function.CLIP
                || graph.onlyConsumer(clip.output()).isEmpty()) {
            return graph;
        }
        int low = code(unary.alpha(), grid);
        int high = code(unary.beta(), grid);
        if (grid.zeroPoint() < low || grid.zeroPoint() > high) {
            return graph;
        }
        Op bounded = new Op.RoundToGrid(new Grid(grid.scale(), grid.zeroPoint(), low, high));
        return graph.edit()
                .remove(clip)
                .replace(node.with(bounded).reading(List.of(clip.input())))
                .build();
    }

    private static int code(float bound, Grid grid) {
        return (int) Math.clamp(Math.rint(bound / grid.scale()) + grid.zeroPoint(), grid.low(), grid.high());
    }
}
