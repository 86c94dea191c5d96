package dev.octavo.benchmarks.rounding;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.QuantizedWeights;
import dev.octavo.tools.quantize.WeightRange;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScales;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.quantize.WeightShape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/**
 * The weights of all layers of a network, ready to be rounded to 8 bits with one scale per tensor.
 *
 * @param layers in the order of the network
 */
public record NetworkRounding(List<Layer> layers) {
    private static final IntegerRange RANGE = IntegerRange.signed(8);

    /**
     * One layer.
     *
     * @param weights as {@link WeightShape} has them; not a copy
     * @param scales one, of the tensor
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Layer(String name, WeightShape shape, float[] weights, float[] scales) {
        /** Rounds the weights. */
        public QuantizedWeights round(WeightRounding rounding) {
            return QuantizedWeights.quantize(weights, shape, scales, RANGE, rounding);
        }
    }

    /** Copies the list. */
    public NetworkRounding {
        layers = List.copyOf(layers);
    }

    /** The layers of a graph. */
    public static NetworkRounding of(Graph graph) {
        List<Layer> layers = new ArrayList<>();
        graph.nodes().forEach(node -> {
            if (node.op() instanceof Op.Layer layer) {
                float[] weights = layer.weights().values();
                WeightShape shape =
                        new WeightShape(layer.outputs(), layer.inputsPerGroup(), layer.taps(), layer.groups());
                float[] scales = WeightScales.of(weights, shape, WeightScope.TENSOR, new WeightRange.MinMax(), RANGE);
                layers.add(new Layer(node.name(), shape, weights, scales));
            }
        });
        return new NetworkRounding(layers);
    }

    /** Number of all weights. */
    public long weights() {
        return layers.stream().mapToLong(layer -> layer.weights().length).sum();
    }

    /** Rounds all layers. */
    public List<QuantizedWeights> round(WeightRounding rounding) {
        return layers.stream().map(layer -> layer.round(rounding)).toList();
    }

    /** Does something on one thread, even where it asks for more of the common pool. */
    public static <T> T onOneThread(Supplier<T> work) {
        try (ForkJoinPool one = new ForkJoinPool(1)) {
            return one.submit(work::get).join();
        }
    }
}
