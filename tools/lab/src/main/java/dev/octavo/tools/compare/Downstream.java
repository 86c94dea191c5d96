package dev.octavo.tools.compare;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** The part of a graph that depends on a value, as a graph whose other inputs are the values that it reads besides. */
final class Downstream {
    private Downstream() {}

    static Graph of(Graph graph, String value) {
        Set<String> changed = new HashSet<>();
        changed.add(value);
        Graph.Editor part = Graph.create(graph.name()).batchable(graph.batchable());
        Set<String> inputs = new LinkedHashSet<>();
        inputs.add(value);
        for (Node node : graph.nodes()) {
            if (node.inputs().stream().anyMatch(changed::contains)) {
                changed.add(node.output());
                part.node(node, graph.shape(node.output()));
                node.inputs().stream()
                        .filter(input -> graph.constant(input).isEmpty())
                        .forEach(inputs::add);
            }
        }
        inputs.removeIf(input -> changed.contains(input) && !input.equals(value));
        inputs.forEach(input -> part.input(input, graph.shape(input)));
        graph.constants().forEach(part::constant);
        graph.outputs().stream().filter(changed::contains).forEach(part::output);
        return part.build();
    }
}
