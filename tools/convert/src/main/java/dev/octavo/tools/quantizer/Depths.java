package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.HashMap;
import java.util.Map;

/** How many layers lie before each value of a graph, on the longest way from an input. */
final class Depths {
    private final Map<String, Integer> layers;
    private final int most;

    private Depths(Map<String, Integer> layers, int most) {
        this.layers = layers;
        this.most = most;
    }

    static Depths of(Graph graph) {
        Map<String, Integer> layers = new HashMap<>();
        int most = 1;
        for (Node node : graph.nodes()) {
            int depth = node.op() instanceof Op.Layer ? 1 : 0;
            int before = node.inputs().stream()
                    .mapToInt(input -> layers.getOrDefault(input, 0))
                    .max()
                    .orElse(0);
            layers.put(node.output(), before + depth);
            most = Math.max(most, before + depth);
        }
        return new Depths(layers, most);
    }

    /** The depth of a value as a share of the greatest, in [0, 1]. */
    double of(String value) {
        return layers.getOrDefault(value, 0) / (double) most;
    }
}
