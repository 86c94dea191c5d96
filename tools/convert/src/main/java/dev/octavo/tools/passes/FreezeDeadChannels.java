package dev.octavo.tools.passes;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.ChannelTransform;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.DeadChannels;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.WeightShape;
import java.util.Arrays;

/**
 * Makes channels constant whose variation is below −60 dB at every output of their only reader: their weights become 0
 * and their bias the mean. Changes the function by as little; without it such channels, whose folded weights are the
 * largest of a layer, would set its scale.
 */
public final class FreezeDeadChannels implements Pass {
    private static final double NEGLIGIBLE_MEAN = 1e-6;

    @Override
    public String name() {
        return "freeze-dead-channels";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (Node node : graph.nodes()) {
            Node latest = current.producer(node.output()).orElseThrow();
            Node reader = current.onlyConsumer(node.output()).orElse(null);
            if (latest.op() instanceof Op.Layer layer
                    && latest.inputs().size() == 1
                    && current.statistics(latest.output()).isPresent()
                    && reader != null
                    && reader.op() instanceof Op.Layer readingLayer
                    && reader.inputs().lastIndexOf(latest.output()) == 0) {
                current = freeze(current, latest, layer, reader, readingLayer);
            }
        }
        return current;
    }

    private static Graph freeze(Graph graph, Node node, Op.Layer layer, Node reader, Op.Layer readingLayer) {
        ChannelStatistics statistics = graph.statistics(node.output()).orElseThrow();
        double[] mean = statistics.mean();
        double[] deviation = statistics.deviation();
        double[] least = statistics.least();
        double[] greatest = statistics.greatest();
        Moments moments = moments(statistics, layer.clamp());
        WeightShape shape = Layers.weightShape(layer);
        WeightShape readingShape = Layers.weightShape(readingLayer);
        float[] readingWeights = readingLayer.weights().values();
        double[] influence = DeadChannels.influence(
                moments,
                readingWeights,
                readingShape,
                graph.statistics(reader.output())
                        .map(ChannelStatistics::deviation)
                        .orElseGet(() -> ones(readingShape.channels())));
        float[] weights = layer.weights().values();
        float[] bias = layer.bias().values();
        float[] readingBias = readingLayer.bias().values();
        float[] factors = ChannelTransform.identity(shape.channels()).factors();
        float[] constants = new float[shape.channels()];
        boolean changed = false;
        for (int c = 0; c < shape.channels(); c++) {
            if (influence[c] >= DeadChannels.THRESHOLD) {
                continue;
            }
            changed = true;
            double constant = moments.mean(c);
            factors[c] = 0;
            constants[c] = (float) constant;
            int from = shape.offset(c, 0);
            Arrays.fill(weights, from, from + shape.weightsPerChannel(), 0);
            if (readingShape.taps() == 1 && readingShape.groups() == 1 && !Layers.padded(readingLayer)) {
                for (int o = 0; o < readingShape.channels(); o++) {
                    int at = readingShape.offset(o, c);
                    readingBias[o] = (float) (readingBias[o] + readingWeights[at] * constant);
                    readingWeights[at] = 0;
                }
                constant = 0;
            } else if (readingShape.isDepthwise() && Math.abs(constant) < NEGLIGIBLE_MEAN) {
                int at = readingShape.offset(c, 0);
                Arrays.fill(readingWeights, at, at + readingShape.taps(), 0);
            }
            bias[c] = (float) constant;
            mean[c] = constant;
            deviation[c] = 0;
            if (statistics.seen(c)) {
                least[c] = constant;
                greatest[c] = constant;
            }
        }
        if (!changed) {
            return graph;
        }
        return graph.edit()
                .replace(node.with(layer.with(
                        FloatTensor.of(layer.weights().shape(), weights), FloatTensor.vector(bias), layer.clamp())))
                .replace(reader.with(readingLayer.with(
                        FloatTensor.of(readingLayer.weights().shape(), readingWeights),
                        FloatTensor.vector(readingBias),
                        readingLayer.clamp())))
                .statistics(node.output(), new ChannelStatistics(mean, deviation, least, greatest))
                .original(node.output(), new ChannelTransform(factors, constants))
                .build();
    }

    /**
     * Of what the layer's clamp lets through: means, and variances that are rather too large than too small. A channel that was
     * seen counts by the farthest value that it took, since what computed pictures excite seldom others may excite often; any
     * other one by what heavy tails could do.
     */
    private static Moments moments(ChannelStatistics statistics, Clamp clamp) {
        ClippedNormals values = Layers.clip(ClippedNormals.of(statistics.mean(), statistics.deviation()), clamp);
        Moments exact = values.moments();
        Moments cautious = values.cautiousMoments();
        double[] mean = new double[values.channels()];
        double[] variance = new double[values.channels()];
        double[] least = statistics.least();
        double[] greatest = statistics.greatest();
        for (int c = 0; c < mean.length; c++) {
            mean[c] = exact.mean(c);
            variance[c] = cautious.variance(c);
            if (statistics.seen(c)) {
                double below = mean[c] - Math.clamp(least[c], values.low(), values.high(c));
                double above = Math.clamp(greatest[c], values.low(), values.high(c)) - mean[c];
                double peak = Math.max(Math.abs(below), Math.abs(above));
                variance[c] = Math.max(exact.variance(c), peak * peak);
            }
        }
        return Moments.of(mean, variance);
    }

    private static double[] ones(int channels) {
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        return ones;
    }
}
