package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Fuses the addition that ends a residual block into the layer that computes one of its terms, so that the sum is rounded
 * once. The statistics of the layer's output remain those of its own sum, without the residual.
 */
public final class FuseResiduals implements Pass {
    @Override
    public String name() {
        return "fuse-residuals";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Binary binary && binary.function() == FloatBinary.Function.ADD) {
                Node latest = current.producer(node.output()).orElseThrow();
                current = fuse(current, latest);
            }
        }
        return current;
    }

    private static Graph fuse(Graph graph, Node addition) {
        String left = addition.inputs().get(0);
        String right = addition.inputs().get(1);
        boolean constant =
                graph.constant(left).isPresent() || graph.constant(right).isPresent();
        if (constant || left.equals(right) || !Arrays.equals(graph.shape(left), graph.shape(right))) {
            return graph;
        }
        Optional<Node> leftLayer = candidate(graph, left);
        Optional<Node> rightLayer = candidate(graph, right);
        // Of two candidates the one that runs later takes the sum: the other term exists by then.
        boolean useLeft = leftLayer.isPresent()
                && (rightLayer.isEmpty()
                        || graph.nodes().indexOf(leftLayer.get())
                                > graph.nodes().indexOf(rightLayer.get()));
        Optional<Node> chosen = useLeft ? leftLayer : rightLayer;
        if (chosen.isEmpty()) {
            return graph;
        }
        String own = useLeft ? left : right;
        String other = useLeft ? right : left;
        Node layer = chosen.get();
        Graph.Editor editor = graph.edit()
                .remove(addition)
                .replace(layer.reading(List.of(layer.input(), other)).writing(addition.output()));
        graph.statistics(own).ifPresent(known -> editor.statistics(addition.output(), known));
        return editor.build();
    }

    private static Optional<Node> candidate(Graph graph, String value) {
        return graph.producer(value)
                .filter(producer -> producer.op() instanceof Op.Layer layer
                        && layer.clamp().none()
                        && producer.inputs().size() == 1
                        && graph.onlyConsumer(value).isPresent());
    }
}
