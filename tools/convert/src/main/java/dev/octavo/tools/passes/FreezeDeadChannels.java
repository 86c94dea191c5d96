package dev.octavo.tools.passes;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.ChannelTransform;
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
        Moments moments =
                Layers.clip(ClippedNormals.of(mean, deviation), layer.clamp()).moments();
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
                .statistics(node.output(), new ChannelStatistics(mean, deviation))
                .original(node.output(), new ChannelTransform(factors, constants))
                .build();
    }

    private static double[] ones(int channels) {
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        return ones;
    }
}
