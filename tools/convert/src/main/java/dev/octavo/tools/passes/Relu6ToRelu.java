package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;

/**
 * Drops the upper bounds of activations that are 0 below: ReLU6 becomes ReLU. Changes the function, where values exceed the
 * bound. Data-free quantization as published needs it for equalization; here bounds may differ by channel, and it costs
 * accuracy.
 */
public final class Relu6ToRelu implements Pass {
    private static final Clamp RELU = Clamp.of(0, Float.POSITIVE_INFINITY);

    @Override
    public String name() {
        return "relu6-to-relu";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Layer layer && layer.clamp().low() == 0) {
                editor.replace(node.with(layer.with(layer.weights(), layer.bias(), RELU)));
            } else if (node.op() instanceof Op.Unary unary
                    && unary.function() == FloatUnary.Function.CLIP
                    && unary.alpha() == 0) {
                editor.replace(node.with(new Op.Unary(FloatUnary.Function.CLIP, 0, Float.POSITIVE_INFINITY)));
            }
        }
        return editor.build();
    }
}
