package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
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
                current = fuse(current, latest, latest.input(), Clamp.of(unary.alpha(), unary.beta()));
            } else if (latest != null
                    && latest.op() instanceof Op.Binary binary
                    && binary.function() == FloatBinary.Function.MINIMUM) {
                current = fuseBounds(current, latest);
            }
        }
        return current;
    }

    /** Upper bounds of the channels, as exports of equalized ReLU6 have them. */
    private static Graph fuseBounds(Graph graph, Node least) {
        for (int i = 0; i < 2; i++) {
            String value = least.inputs().get(1 - i);
            Optional<FloatTensor> constant = graph.constant(least.inputs().get(i));
            Optional<Op.Layer> layer = graph.producer(value)
                    .filter(producer -> producer.op() instanceof Op.Layer)
                    .map(producer -> (Op.Layer) producer.op());
            if (constant.isPresent() && layer.isPresent()) {
                Optional<float[]> bounds =
                        Layers.perChannel(constant.get(), layer.get().outputs(), graph.shape(least.output()));
                return bounds.isEmpty()
                        ? graph
                        : fuse(graph, least, value, new Clamp(Float.NEGATIVE_INFINITY, bounds.get()));
            }
        }
        return graph;
    }

    private static Graph fuse(Graph graph, Node activation, String input, Clamp clamp) {
        Optional<Node> before = graph.producer(input)
                .filter(producer -> producer.op() instanceof Op.Layer
                        && graph.onlyConsumer(producer.output()).isPresent());
        if (before.isEmpty()) {
            return graph;
        }
        Op.Layer layer = (Op.Layer) before.get().op();
        Optional<Clamp> both = layer.clamp().then(clamp);
        if (both.isEmpty()) {
            return graph;
        }
        Op.Layer fused = layer.with(layer.weights(), layer.bias(), both.get());
        Graph.Editor editor =
                graph.edit().remove(activation).replace(before.get().with(fused).writing(activation.output()));
        graph.statistics(input).ifPresent(known -> editor.statistics(activation.output(), known));
        return editor.build();
    }
}
