package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.FunctionCurve;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Functions that are computed from the accumulators of the layers before them: of one that has neither residual nor clamp, whose
 * sum nothing else reads.
 */
public final class FusedActivations {
    /** The ratio of the largest weight to the median of the channels from which on their scales differ. */
    private static final double UNEVEN = 1.5;

    private final Map<String, Node> layers = new LinkedHashMap<>();
    private final Map<Op.Unary, Optional<FunctionCurve>> curves = new HashMap<>();

    private FusedActivations() {}

    /** Returns those of a graph, whatever has an encoding. */
    public static FusedActivations of(Graph graph) {
        FusedActivations fused = new FusedActivations();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Unary unary) {
                graph.producer(node.input())
                        .filter(layer -> layer.op() instanceof Op.Layer op
                                && op.clamp().none()
                                && layer.inputs().size() == 1
                                && graph.onlyConsumer(layer.output()).isPresent())
                        .filter(_ -> fused.find(unary).isPresent())
                        .ifPresent(layer -> fused.layers.put(node.output(), layer));
            }
        }
        return fused;
    }

    private Optional<FunctionCurve> find(Op.Unary unary) {
        return curves.computeIfAbsent(unary, op -> FunctionCurve.of(op::apply));
    }

    /** Returns the layer whose accumulators become a value through a function, by the name of the value. */
    public Map<String, Node> layers() {
        return layers;
    }

    /**
     * Returns whether a layer is better off with a scale for the weights of each channel: its sums go through a function, which
     * keeps equalization from evening out channels that differ as much, and takes a factor for each channel at no cost.
     *
     * @param layer of {@link #layers}
     */
    static boolean wantsScalePerChannel(Op.Layer layer) {
        int perChannel = layer.weights().elements() / layer.outputs();
        double[] largest = new double[layer.outputs()];
        for (int i = 0; i < layer.weights().elements(); i++) {
            largest[i / perChannel] =
                    Math.max(largest[i / perChannel], Math.abs(layer.weights().at(i)));
        }
        Arrays.sort(largest);
        return largest[largest.length - 1] > UNEVEN * largest[largest.length / 2];
    }

    /** Returns the curve of a function that is computed from accumulators. */
    public FunctionCurve curve(Op.Unary unary) {
        return find(unary).orElseThrow();
    }
}
