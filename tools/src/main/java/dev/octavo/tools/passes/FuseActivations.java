package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.Optional;

/**
 * Fuses ReLU, ReLU6 and other clips into the layers before them. The statistics of a layer's output remain those of its
 * sum, before the clamp.
 */
public final class FuseActivations implements Pass {
    @Override
    public String name() {
        return "fuse-activations";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (Node node : graph.nodes()) {
            Node latest = current.producer(node.output()).orElse(null);
            if (latest != null
                    && latest.op() instanceof Op.Unary unary
                    && unary.function() == FloatUnary.Function.CLIP) {
                current = fuse(current, latest, unary);
            }
        }
        return current;
    }

    private static Graph fuse(Graph graph, Node clip, Op.Unary unary) {
        Optional<Node> before = graph.producer(clip.input())
                .filter(producer -> producer.op() instanceof Op.Layer layer
                        && layer.clamp().none()
                        && graph.onlyConsumer(producer.output()).isPresent());
        if (before.isEmpty()) {
            return graph;
        }
        Op.Layer layer = (Op.Layer) before.get().op();
        Op.Layer fused = layer.with(layer.weights(), layer.bias(), Clamp.of(unary.alpha(), unary.beta()));
        Graph.Editor editor =
                graph.edit().remove(clip).replace(before.get().with(fused).writing(clip.output()));
        graph.statistics(clip.input()).ifPresent(known -> editor.statistics(clip.output(), known));
        return editor.build();
    }
}
