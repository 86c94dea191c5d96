package dev.octavo.tools.passes;

import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;

/**
 * Clips the weights of all layers to [−limit, limit], so that a few large ones do not set the scale of all. Changes the
 * function; the published limit is 15.
 */
public final class LimitWeights implements Pass {
    private final double limit;

    /** With a positive magnitude. */
    public LimitWeights(double limit) {
        this.limit = limit;
    }

    @Override
    public String name() {
        return "limit-weights";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Layer layer) {
                FloatTensor limited = layer.weights().map(weight -> Math.clamp(weight, -limit, limit));
                editor.replace(node.with(layer.with(limited, layer.bias(), layer.clamp())));
            }
        }
        return editor.build();
    }
}
