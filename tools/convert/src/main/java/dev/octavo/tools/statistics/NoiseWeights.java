package dev.octavo.tools.statistics;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.quantize.WeightShape;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How much noise in each channel of a value matters: the share of the variance of what reads it, averaged over the
 * reader's outputs and summed over readers.
 */
public final class NoiseWeights {
    private static final double DEVIATION_FLOOR = 0.03;

    private final Graph graph;
    private final ValueModels models;

    /** Of a graph whose layers all have statistics. */
    public NoiseWeights(Graph graph, ValueModels models) {
        this.graph = graph;
        this.models = models;
    }

    /** One weight per channel; uniform where readers do not tell channels apart. */
    public double[] of(String value) {
        int channels = graph.shape(value).length > 1 ? graph.shape(value)[1] : 1;
        double[] weights = new double[channels];
        if (graph.outputs().contains(value)) {
            add(weights, uniform(channels));
        }
        for (Node reader : graph.consumers(value)) {
            add(weights, of(reader, value, channels));
        }
        return weights;
    }

    private double[] of(Node reader, String value, int channels) {
        return switch (reader.op()) {
            case Op.Layer layer -> {
                double[] weights = new double[channels];
                if (reader.input().equals(value)) {
                    add(weights, throughWeights(layer, reader));
                }
                if (reader.inputs().indexOf(value) != 0 || reader.inputs().lastIndexOf(value) > 0) {
                    add(weights, throughSum(reader.output(), channels));
                }
                yield weights;
            }
            case Op.Binary binary
            when binary.function() == FloatBinary.Function.ADD -> throughSum(reader.output(), channels);
            case Op.Unary unary -> ofSameChannels(reader, channels, 1);
            case Op.Pool pool ->
                ofSameChannels(reader, channels, pool.window().shape().taps());
            case Op.GlobalPool pool -> ofSameChannels(reader, channels, positions(graph.shape(value)));
            case Op.Reshape reshape -> ofSameChannels(reader, channels, 1);
            case Op.RoundToGrid _, Op.Binary _, Op.Movement _, Op.FloatOnly _ -> uniform(channels);
        };
    }

    /** Of a value whose noise is averaged over some pixels on its way into a reader's output. */
    private double[] ofSameChannels(Node reader, int channels, int pixels) {
        double[] weights = of(reader.output());
        if (weights.length != channels) {
            return uniform(channels);
        }
        for (int c = 0; c < channels; c++) {
            weights[c] /= pixels;
        }
        return weights;
    }

    private double[] throughWeights(Op.Layer layer, Node node) {
        WeightShape shape = Layers.weightShape(layer);
        double[] deviation = flooredDeviations(graph.statistics(node.output())
                .map(ChannelStatistics::deviation)
                .orElseGet(() -> ones(shape.channels())));
        double[] weights = new double[shape.inputChannels()];
        double divisor = shape.channels() * Layers.stride(layer);
        for (int o = 0; o < shape.channels(); o++) {
            double gain = 1 / (deviation[o] * deviation[o] * divisor);
            int first = shape.inputChannel(o, 0);
            for (int n = 0; n < shape.kernels(); n++) {
                double squares = 0;
                for (int i = shape.offset(o, n); i < shape.offset(o, n) + shape.taps(); i++) {
                    double weight = layer.weights().at(i);
                    squares += weight * weight;
                }
                weights[first + n] += gain * squares;
            }
        }
        return weights;
    }

    private double[] throughSum(String sum, int channels) {
        var model = models.model(sum).orElse(null);
        if (model == null || model.channels() != channels) {
            return uniform(channels);
        }
        double[] deviation = flooredDeviations(
                IntStream.range(0, channels).mapToDouble(model::gamma).toArray());
        double[] weights = new double[channels];
        for (int c = 0; c < channels; c++) {
            weights[c] = 1 / (deviation[c] * deviation[c] * channels);
        }
        return weights;
    }

    private static double[] flooredDeviations(double[] deviations) {
        double[] sorted = deviations.clone();
        Arrays.sort(sorted);
        double floor = DEVIATION_FLOOR * sorted[sorted.length / 2];
        double[] floored = new double[deviations.length];
        for (int c = 0; c < floored.length; c++) {
            double deviation = Math.max(deviations[c], floor);
            floored[c] = deviation > 0 ? deviation : 1;
        }
        return floored;
    }

    public static int positions(int[] shape) {
        return IntStream.range(2, shape.length).map(d -> shape[d]).reduce(1, (a, b) -> a * b);
    }

    private static double[] uniform(int channels) {
        double[] weights = new double[channels];
        Arrays.fill(weights, 1.0 / channels);
        return weights;
    }

    private static double[] ones(int channels) {
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static void add(double[] sum, double[] term) {
        for (int c = 0; c < sum.length; c++) {
            sum[c] += term[c];
        }
    }
}
