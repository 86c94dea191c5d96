package dev.octavo.tools.passes;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.NoiseEqualizer;
import dev.octavo.tools.quantize.WeightShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /**
     * For given grids.
     *
     * @param nonNegative the grid of activations that cannot be negative
     * @param signed the grid of weights and of all other activations
     */
    public EqualizeNoise(InputEncoding input, IntegerRange nonNegative, IntegerRange signed) {
        this.input = input;
        this.nonNegative = nonNegative;
        this.signed = signed;
    }

    @Override
    public String name() {
        return "equalize-noise";
    }

    @Override
    public Graph apply(Graph graph) {
        ValueModels models = ValueModels.of(graph, input);
        List<Pair> pairs = pairs(graph, models);
        Map<String, double[]> applied = new HashMap<>();
        Graph current = graph;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            double change = 0;
            for (Pair pair : pairs) {
                double[] scales = scales(current, models, pair, applied);
                for (double scale : scales) {
                    change = Math.max(change, Math.abs(Math.log(scale)));
                }
                current = rescale(current, pair, scales);
                for (String value : pair.values) {
                    double[] total = applied.computeIfAbsent(value, key -> ones(scales.length));
                    for (int c = 0; c < scales.length; c++) {
                        total[c] *= scales[c];
                    }
                }
            }
            if (change < SETTLED) {
                break;
            }
        }
        return current;
    }

    /**
     * Two layers in a row.
     *
     * @param values from the output of the first to the input of the second, with pooling between them
     */
    private record Pair(List<String> values) {
        Node firstNode(Graph graph) {
            return graph.producer(values.getFirst()).orElseThrow();
        }

        Node secondNode(Graph graph) {
            return graph.onlyConsumer(values.getLast()).orElseThrow();
        }
    }

    private static List<Pair> pairs(Graph graph, ValueModels models) {
        List<Pair> pairs = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Layer layer
                    && node.inputs().size() == 1
                    && (layer.clamp().low() == 0 || layer.clamp().low() == Float.NEGATIVE_INFINITY)
                    && graph.statistics(node.output()).isPresent()
                    && models.model(node.input()).isPresent()) {
                pair(graph, node).ifPresent(pairs::add);
            }
        }
        return pairs;
    }

    private static Optional<Pair> pair(Graph graph, Node first) {
        List<String> values = new ArrayList<>();
        values.add(first.output());
        while (true) {
            String value = values.getLast();
            Node reader = graph.onlyConsumer(value).orElse(null);
            if (reader == null) {
                return Optional.empty();
            }
            if (reader.op() instanceof Op.Layer) {
                return reader.inputs().lastIndexOf(value) == 0 ? Optional.of(new Pair(values)) : Optional.empty();
            }
            boolean keepsChannels = reader.op() instanceof Op.Pool
                    || reader.op() instanceof Op.GlobalPool
                    || (reader.op() instanceof Op.Reshape
                            && NoiseWeights.positions(graph.shape(value)) == 1
                            && graph.shape(reader.output()).length == 2
                            && graph.shape(reader.output())[1] == graph.shape(value)[1]);
            if (!keepsChannels) {
                return Optional.empty();
            }
            values.add(reader.output());
        }
    }

    private double[] scales(Graph graph, ValueModels models, Pair pair, Map<String, double[]> applied) {
        Node firstNode = pair.firstNode(graph);
        Node secondNode = pair.secondNode(graph);
        Op.Layer first = (Op.Layer) firstNode.op();
        Op.Layer second = (Op.Layer) secondNode.op();
        WeightShape firstShape = Layers.weightShape(first);
        WeightShape secondShape = Layers.weightShape(second);
        ChannelStatistics statistics = graph.statistics(firstNode.output()).orElseThrow();
        ClippedNormals values =
                Layers.clip(ClippedNormals.of(statistics.mean(), statistics.deviation()), first.clamp());
        double[] inputVariance = variances(models, firstNode.input(), applied);
        double[] variance = variances(models, pair.values.getLast(), applied);
        double[] outputWeight = new NoiseWeights(graph, models).of(secondNode.output());

        int channels = firstShape.channels();
        double[] reach = new double[channels];
        double[] firstLargest = new double[channels];
        double[] inputEnergy = new double[channels];
        for (int c = 0; c < channels; c++) {
            double spread = REACH * values.gamma(c);
            double top = Math.clamp(values.beta(c) + spread, values.low(), values.high(c));
            double bottom = Math.clamp(values.beta(c) - spread, values.low(), values.high(c));
            reach[c] = Math.max(Math.abs(top), Math.abs(bottom));
            for (int n = 0; n < firstShape.kernels(); n++) {
                inputEnergy[c] += firstShape.taps() * inputVariance[firstShape.inputChannel(c, n)];
            }
            inputEnergy[c] *= values.activity(c);
            int from = firstShape.offset(c, 0);
            for (int i = from; i < from + firstShape.weightsPerChannel(); i++) {
                firstLargest[c] =
                        Math.max(firstLargest[c], Math.abs(first.weights().at(i)));
            }
        }
        double[] secondLargest = new double[channels];
        double[] sensitivity = new double[channels];
        double[] secondNoise = new double[channels];
        for (int o = 0; o < secondShape.channels(); o++) {
            for (int n = 0; n < secondShape.kernels(); n++) {
                int c = secondShape.inputChannel(o, n);
                double squares = 0;
                int from = secondShape.offset(o, n);
                for (int i = from; i < from + secondShape.taps(); i++) {
                    double weight = second.weights().at(i);
                    squares += weight * weight;
                    secondLargest[c] = Math.max(secondLargest[c], Math.abs(weight));
                }
                sensitivity[c] += outputWeight[o] * squares;
                secondNoise[c] += outputWeight[o] * secondShape.taps() * variance[c];
            }
        }
        boolean unsigned = values.isNonNegative();
        return NoiseEqualizer.scales(
                new NoiseEqualizer.Channels(reach, firstLargest, secondLargest, sensitivity, secondNoise, inputEnergy),
                1.0 / (unsigned ? nonNegative : signed).high(),
                1.0 / signed.high());
    }

    /** Variances of a value's channels as equalization has left them. */
    private static double[] variances(ValueModels models, String value, Map<String, double[]> applied) {
        Moments moments = models.model(value).orElseThrow().moments();
        double[] scale = applied.getOrDefault(value, ones(moments.channels()));
        double[] variance = new double[moments.channels()];
        for (int c = 0; c < variance.length; c++) {
            variance[c] = moments.variance(c) / (scale[c] * scale[c]);
        }
        return variance;
    }

    private static Graph rescale(Graph graph, Pair pair, double[] scales) {
        Node firstNode = pair.firstNode(graph);
        Node secondNode = pair.secondNode(graph);
        Op.Layer first = (Op.Layer) firstNode.op();
        Op.Layer second = (Op.Layer) secondNode.op();
        WeightShape firstShape = Layers.weightShape(first);
        WeightShape secondShape = Layers.weightShape(second);
        float[] weights = first.weights().values();
        float[] bias = first.bias().values();
        float[] high = new float[scales.length];
        ChannelStatistics statistics = graph.statistics(firstNode.output()).orElseThrow();
        double[] mean = statistics.mean();
        double[] deviation = statistics.deviation();
        for (int c = 0; c < scales.length; c++) {
            int from = firstShape.offset(c, 0);
            for (int i = from; i < from + firstShape.weightsPerChannel(); i++) {
                weights[i] = (float) (weights[i] / scales[c]);
            }
            bias[c] = (float) (bias[c] / scales[c]);
            high[c] = (float) (first.clamp().high(c) / scales[c]);
            mean[c] /= scales[c];
            deviation[c] /= scales[c];
        }
        float[] reading = second.weights().values();
        for (int o = 0; o < secondShape.channels(); o++) {
            for (int n = 0; n < secondShape.kernels(); n++) {
                double scale = scales[secondShape.inputChannel(o, n)];
                int from = secondShape.offset(o, n);
                for (int i = from; i < from + secondShape.taps(); i++) {
                    reading[i] = (float) (reading[i] * scale);
                }
            }
        }
        Clamp clamp = first.clamp().capped() ? new Clamp(first.clamp().low(), high) : first.clamp();
        return graph.edit()
                .replace(firstNode.with(
                        first.with(FloatTensor.of(first.weights().shape(), weights), FloatTensor.vector(bias), clamp)))
                .replace(secondNode.with(
                        second.with(FloatTensor.of(second.weights().shape(), reading), second.bias(), second.clamp())))
                .statistics(firstNode.output(), new ChannelStatistics(mean, deviation))
                .build();
    }

    private static double[] ones(int channels) {
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        return ones;
    }
}
