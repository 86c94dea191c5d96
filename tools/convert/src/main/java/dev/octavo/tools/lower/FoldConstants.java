package dev.octavo.tools.lower;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.passes.Pass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes the nodes that depend on constants alone, by running them: what folds is exactly what would have been computed
 * on every run.
 */
public final class FoldConstants implements Pass {
    @Override
    public String name() {
        return "fold-constants";
    }

    @Override
    public Graph apply(Graph graph) {
        Set<String> known = new HashSet<>(graph.constants().keySet());
        List<Node> constant = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (known.containsAll(node.inputs())) {
                known.add(node.output());
                constant.add(node);
            }
        }
        if (constant.isEmpty()) {
            return graph;
        }
        Set<Node> folded = new HashSet<>(constant);
        List<String> results = constant.stream()
                .map(Node::output)
                .filter(value -> graph.outputs().contains(value) || !folded.containsAll(graph.consumers(value)))
                .toList();
        Graph.Editor part = Graph.create(graph.name());
        graph.constants().forEach(part::constant);
        constant.forEach(node -> part.node(node, graph.shape(node.output())));
        results.forEach(part::output);
        List<FloatTensor> values = run(part.build());
        Graph.Editor editor = graph.edit();
        constant.forEach(editor::remove);
        for (int i = 0; i < values.size(); i++) {
            editor.constant(results.get(i), values.get(i));
        }
        return editor.build();
    }

    private static List<FloatTensor> run(Graph graph) {
        ModelMetadata metadata = new ModelMetadata(
                graph.name(), List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of());
        try (Model model = Model.of(FloatLowering.lower(graph, metadata));
                Session session = model.newSession()) {
            List<Tensor> results = session.run(List.of());
            return results.stream()
                    .map(result -> FloatTensor.of(result.shape(), result.toFloatArray()))
                    .toList();
        }
    }
}
