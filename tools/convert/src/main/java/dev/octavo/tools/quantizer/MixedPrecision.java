package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.options.WeightOptions;
import dev.octavo.tools.quantize.BitAllocation;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.QuantizedWeights;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScales;
import dev.octavo.tools.quantize.WeightShape;
import dev.octavo.tools.statistics.OutputSensitivity;
import dev.octavo.tools.statistics.ValueModels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Chooses how many bits the weights of each layer get, so that all of them together keep to an average, without any data.
 *
 * <p>Rounding a layer's weights w to ŵ leaves in the sum of its output channel o the noise {@code n_o = Σ (ŵ − w)²·Var(x)}
 * over its inputs x, where the signal has the variance v_o. What of it matters at the outputs of the network is known
 * only roughly. With the gains g_o of {@link OutputSensitivity} two estimates are at hand: {@code Σ g·n}, which a deep residual
 * network makes wrong because branches and stream are correlated; and {@code Σ g·n / Σ g·v}, the noise relative to
 * the layer's own signal, which takes all layers for equally important. The noise that is shared out is the geometric mean
 * of the two, {@code Σ g·n / √(Σ g·v)}.
 */
final class MixedPrecision {
    private final Graph graph;
    private final ValueModels models;
    private final Function<String, Moments> moments;
    private final WeightOptions options;

    /**
     * For a graph.
     *
     * @param moments of the values that layers read, by name
     */
    MixedPrecision(Graph graph, ValueModels models, Function<String, Moments> moments, WeightOptions options) {
        this.graph = graph;
        this.models = models;
        this.moments = moments;
        this.options = options;
    }

    /**
     * The bits of some layers, by the names of their nodes.
     *
     * @param average most bits per weight, over all these layers
     */
    Map<String, Integer> bits(List<Node> layers, double average) {
        OutputSensitivity sensitivity = new OutputSensitivity(graph, models);
        double[][] noise = new double[layers.size()][];
        long[] sizes = new long[noise.length];
        for (int l = 0; l < noise.length; l++) {
            Node node = layers.get(l);
            noise[l] = noise(node, sensitivity.ofSum(node));
            sizes[l] = ((Op.Layer) node.op()).weights().elements();
        }
        int[] chosen = BitAllocation.of(noise, sizes, average);
        Map<String, Integer> bits = new LinkedHashMap<>();
        for (int l = 0; l < chosen.length; l++) {
            bits.put(layers.get(l).name(), chosen[l]);
        }
        return bits;
    }

    /** What a layer costs with each number of bits, from the least to the most. */
    private double[] noise(Node node, double[] gain) {
        Op.Layer layer = (Op.Layer) node.op();
        ClippedNormals sum = models.ownSum(node).orElseThrow();
        double signal = 0;
        for (int o = 0; o < gain.length; o++) {
            signal += gain[o] * sum.gamma(o) * sum.gamma(o);
        }
        double[] noise = new double[options.bits() - BitAllocation.LEAST_BITS + 1];
        for (int b = 0; signal > 0 && b < noise.length; b++) {
            double[] channels = channelNoise(node, layer, options.uniform(b + BitAllocation.LEAST_BITS));
            for (int o = 0; o < gain.length; o++) {
                noise[b] += gain[o] * channels[o];
            }
            noise[b] /= Math.sqrt(signal);
        }
        return noise;
    }

    /** Of the weighted sum of each output channel. Inputs are taken as independent, and weights as rounded to nearest. */
    private double[] channelNoise(Node node, Op.Layer layer, WeightOptions uniform) {
        WeightShape shape = Layers.weightShape(layer);
        float[] weights = layer.weights().values();
        float[] scales = WeightScales.of(weights, shape, uniform.scope(), uniform.range(), uniform.grid());
        QuantizedWeights rounded =
                QuantizedWeights.quantize(weights, shape, scales, uniform.grid(), WeightRounding.NEAREST);
        Moments inputs = moments.apply(node.input());
        double[] noise = new double[shape.channels()];
        for (int o = 0; o < noise.length; o++) {
            int first = shape.inputChannel(o, 0);
            for (int n = 0; n < shape.kernels(); n++) {
                double squares = 0;
                for (int i = shape.offset(o, n); i < shape.offset(o, n) + shape.taps(); i++) {
                    double error = rounded.values()[i] * (double) rounded.scale(o) - weights[i];
                    squares += error * error;
                }
                noise[o] += squares * inputs.variance(first + n);
            }
        }
        return noise;
    }
}
