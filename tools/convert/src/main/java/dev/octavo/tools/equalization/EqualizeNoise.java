package dev.octavo.tools.equalization;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.passes.Pass;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.NoiseEqualizer;
import dev.octavo.tools.quantize.WeightShape;
import dev.octavo.tools.statistics.InputEncoding;
import dev.octavo.tools.statistics.NoiseWeights;
import dev.octavo.tools.statistics.ValueModels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Equalizes the channels between every two layers in a row with {@link NoiseEqualizer}, for weights that share one scale.
 * Sweeps over all pairs until they agree. The upper bounds of a ReLU6 become different by channel. Wants statistics of
 * every layer.
 */
public final class EqualizeNoise implements Pass {
    private static final int SWEEPS = 6;
    private static final double SETTLED = 0.05;
    private static final double REACH = 6;

    private final InputEncoding input;
    private final IntegerRange nonNegative;
    private final IntegerRange signed;
    private final IntegerRange weights;

    /**
     * For given grids.
     *
     * @param nonNegative the grid of activations that cannot be negative
     * @param signed the grid of all other activations
     * @param weights the grid of weights
     */
    public EqualizeNoise(InputEncoding input, IntegerRange nonNegative, IntegerRange signed, IntegerRange weights) {
        this.input = input;
        this.nonNegative = nonNegative;
        this.signed = signed;
        this.weights = weights;
    }

    @Override
    public String name() {
        return "equalize-noise";
    }

    @Override
    public Graph apply(Graph graph) {
        Map<String, RescaledLayer> layers = new LinkedHashMap<>();
        List<Pair> pairs = pairs(graph, layers);
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean settled = true;
            for (Pair pair : pairs) {
                if (pair.unsettled) {
                    pair.unsettled = false;
                    if (equalize(pair) >= SETTLED) {
                        settled = false;
                        pairs.stream().filter(pair::touches).forEach(other -> other.unsettled = true);
                    }
                }
            }
            if (settled) {
                break;
            }
        }
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            RescaledLayer layer = layers.get(node.name());
            if (layer != null) {
                layer.replace(editor, graph, node);
            }
        }
        return editor.build();
    }

    /** Two layers in a row, and what of the objective does not change when channels are rescaled. */
    private static final class Pair {
        private final RescaledLayer first;
        private final RescaledLayer second;
        private final ClippedNormals values;
        private final double[] inputVariance;
        private final double[] variance;
        private final double[] outputWeight;
        private final double[] sensitivity;
        private boolean unsettled = true;

        Pair(
                RescaledLayer first,
                RescaledLayer second,
                ClippedNormals values,
                double[] inputVariance,
                double[] variance,
                double[] outputWeight) {
            this.first = first;
            this.second = second;
            this.values = values;
            this.inputVariance = inputVariance;
            this.variance = variance;
            this.outputWeight = outputWeight;
            this.sensitivity = second.squaresOfInputs(outputWeight);
        }

        boolean touches(Pair other) {
            return other != this && (other.second == first || other.first == second);
        }
    }

    private List<Pair> pairs(Graph graph, Map<String, RescaledLayer> layers) {
        ValueModels models = ValueModels.of(graph, input);
        NoiseWeights noise = new NoiseWeights(graph, models);
        List<Pair> pairs = new ArrayList<>();
        for (LayerPair pair : LayerPair.of(graph)) {
            Node node = pair.first();
            ChannelStatistics statistics = graph.statistics(node.output()).orElse(null);
            if (statistics == null || models.model(node.input()).isEmpty()) {
                continue;
            }
            pairs.add(new Pair(
                    layers.computeIfAbsent(node.name(), key -> new RescaledLayer(pair.firstLayer())),
                    layers.computeIfAbsent(pair.second().name(), key -> new RescaledLayer(pair.secondLayer())),
                    Layers.clip(
                            ClippedNormals.of(statistics.mean(), statistics.deviation()),
                            pair.firstLayer().clamp()),
                    variances(models, node.input()),
                    variances(models, pair.second().input()),
                    noise.of(pair.second().output())));
        }
        return pairs;
    }

    private static double[] variances(ValueModels models, String value) {
        Moments moments = models.model(value).orElseThrow().moments();
        double[] variance = new double[moments.channels()];
        for (int c = 0; c < variance.length; c++) {
            variance[c] = moments.variance(c);
        }
        return variance;
    }

    /** Rescales the channels of a pair; returns the largest logarithm of a scale. */
    private double equalize(Pair pair) {
        WeightShape firstShape = pair.first.shape();
        WeightShape secondShape = pair.second.shape();
        int channels = firstShape.channels();
        double[] reach = new double[channels];
        double[] sensitivity = new double[channels];
        double[] secondNoise = new double[channels];
        double[] inputEnergy = new double[channels];
        double[] energy = inputEnergyOfGroups(pair);
        double[] weight = outputWeightOfGroups(pair);
        for (int c = 0; c < channels; c++) {
            double scale = pair.first.outputScale(c);
            double spread = REACH * pair.values.gamma(c);
            double low = pair.values.low();
            double high = pair.values.high(c);
            // Whatever the normals say: real activations have heavier tails, and come up to a bound that is there.
            double top = Double.isFinite(high) && pair.values.gamma(c) > 0
                    ? high
                    : Math.clamp(pair.values.beta(c) + spread, low, high);
            double bottom = Math.clamp(pair.values.beta(c) - spread, low, high);
            reach[c] = Math.max(Math.abs(top), Math.abs(bottom)) / scale;
            sensitivity[c] = pair.sensitivity[c] * scale * scale;
            secondNoise[c] =
                    secondShape.taps() * pair.variance[c] / (scale * scale) * weight[c / secondShape.kernels()];
            inputEnergy[c] = firstShape.taps() * energy[c / (channels / firstShape.groups())] * pair.values.activity(c);
        }
        IntegerRange grid = pair.values.isNonNegative() ? nonNegative : signed;
        double[] scales = NoiseEqualizer.scales(
                new NoiseEqualizer.Channels(
                        reach,
                        pair.first.largestOfOutputs(),
                        pair.second.largestOfInputs(),
                        sensitivity,
                        secondNoise,
                        inputEnergy),
                1.0 / grid.high(),
                1.0 / weights.high());
        double change = 0;
        for (int c = 0; c < channels; c++) {
            pair.first.divideOutput(c, scales[c]);
            pair.second.multiplyInput(c, scales[c]);
            change = Math.max(change, Math.abs(Math.log(scales[c])));
        }
        return change;
    }

    /** Variance of what an output channel of the first layer reads, summed over input channels; one per group. */
    private static double[] inputEnergyOfGroups(Pair pair) {
        double[] energy = new double[pair.first.shape().groups()];
        for (int i = 0; i < pair.inputVariance.length; i++) {
            double scale = pair.first.inputScale(i);
            energy[i / pair.first.shape().kernels()] += pair.inputVariance[i] / (scale * scale);
        }
        return energy;
    }

    /** Weight of the outputs of the second layer that read the same input channels; one per group. */
    private static double[] outputWeightOfGroups(Pair pair) {
        WeightShape shape = pair.second.shape();
        double[] weight = new double[shape.groups()];
        int perGroup = shape.channels() / shape.groups();
        for (int o = 0; o < shape.channels(); o++) {
            double scale = pair.second.outputScale(o);
            weight[o / perGroup] += pair.outputWeight[o] * scale * scale;
        }
        return weight;
    }
}
