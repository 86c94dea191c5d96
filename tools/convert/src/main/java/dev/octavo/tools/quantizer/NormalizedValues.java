package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The values whose distribution follows from batch normalizations: inputs, sums of layers that had a normalization, and what
 * other operators make of them.
 */
final class NormalizedValues {
    private NormalizedValues() {}

    /**
     * Returns their names.
     *
     * @param layers names of the nodes of layers that had a normalization
     */
    static Set<String> of(Graph graph, Set<String> layers) {
        Set<String> values = new HashSet<>(graph.inputs());
        values.addAll(graph.constants().keySet());
        for (Node node : graph.nodes()) {
            boolean layer = node.op() instanceof Op.Layer;
            List<String> decisive =
                    layer ? node.inputs().subList(1, node.inputs().size()) : node.inputs();
            if ((!layer || layers.contains(node.name())) && values.containsAll(decisive)) {
                values.add(node.output());
            }
        }
        return values;
    }
}
