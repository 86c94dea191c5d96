package dev.octavo.tools.equalization;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.statistics.NoiseWeights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two layers in a row: the second alone reads what the first computes, with nothing between them but positively homogeneous
 * functions of each channel. To divide an output channel of the first, upper bound included, and to multiply the input
 * channel of the second keeps the function.
 */
record LayerPair(Node first, Node second) {
    /** All pairs of a graph, in the order of their first layers. */
    static List<LayerPair> of(Graph graph) {
        List<LayerPair> pairs = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Layer layer
                    && node.inputs().size() == 1
                    && (layer.clamp().low() == 0 || layer.clamp().low() == Float.NEGATIVE_INFINITY)) {
                Node reader = nextLayer(graph, node.output());
                if (reader != null) {
                    pairs.add(new LayerPair(node, reader));
                }
            }
        }
        return pairs;
    }

    Op.Layer firstLayer() {
        return (Op.Layer) first.op();
    }

    Op.Layer secondLayer() {
        return (Op.Layer) second.op();
    }

    /** Whether nothing stands between the layers. */
    boolean adjacent() {
        return second.input().equals(first.output());
    }

    private static @Nullable Node nextLayer(Graph graph, String first) {
        String value = first;
        while (true) {
            Node reader = graph.onlyConsumer(value).orElse(null);
            if (reader == null
                    || (reader.op() instanceof Op.Layer && reader.inputs().lastIndexOf(value) > 0)) {
                return null;
            }
            if (reader.op() instanceof Op.Layer) {
                return reader;
            }
            if (!homogeneous(reader, graph.shape(value), graph.shape(reader.output()))) {
                return null;
            }
            value = reader.output();
        }
    }

    private static boolean homogeneous(Node node, int[] from, int[] to) {
        return switch (node.op()) {
            case Op.Pool pool -> true;
            case Op.GlobalPool pool -> true;
            case Op.Unary unary -> unary.function() == FloatUnary.Function.LEAKY_RELU;
            case Op.Reshape reshape -> NoiseWeights.positions(from) == 1 && to.length == 2 && to[1] == from[1];
            case Op.Layer _, Op.RoundToGrid _, Op.Binary _, Op.Movement _, Op.FloatOnly _ -> false;
        };
    }
}
