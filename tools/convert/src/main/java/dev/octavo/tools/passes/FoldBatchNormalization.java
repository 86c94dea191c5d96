package dev.octavo.tools.passes;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.quantize.ClippedNormals;
import java.util.Optional;

/**
 * Folds batch normalizations into the layers before them, and keeps what they knew: the statistics of the output.
 *
 * <p>{@code W' = W·k}, {@code b' = (b − mean)·k + shift} with {@code k = scale / sqrt(variance + epsilon)} (Jacob et al.
 * 2018, section 3.2). A normalization that follows no layer of its own becomes a 1×1 depthwise convolution.
 */
public final class FoldBatchNormalization implements Pass {
    @Override
    public String name() {
        return "fold-batch-normalization";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.BatchNormalization normalization)) {
                continue;
            }
            Affine affine = Affine.of(normalization);
            Optional<Node> layerNode = foldable(graph, node);
            if (layerNode.isPresent()) {
                Node before = layerNode.get();
                Op.Layer layer = (Op.Layer) before.op();
                editor.remove(node);
                editor.replace(before.with(affine.after(layer)).writing(node.output()));
                editor.statistics(node.output(), statistics(normalization));
            } else if (graph.shape(node.output()).length > 2) {
                editor.replace(node.with(affine.depthwise()));
                editor.statistics(node.output(), statistics(normalization));
            }
        }
        return editor.build();
    }

    private static Optional<Node> foldable(Graph graph, Node normalization) {
        return graph.producer(normalization.input())
                .filter(before -> before.op() instanceof Op.Layer layer
                        && layer.clamp().none()
                        && before.inputs().size() == 1)
                .filter(before -> graph.onlyConsumer(before.output()).isPresent());
    }

    private static ChannelStatistics statistics(Op.BatchNormalization normalization) {
        int channels = normalization.scale().elements();
        double[] mean = new double[channels];
        double[] deviation = new double[channels];
        for (int c = 0; c < channels; c++) {
            mean[c] = normalization.shift().at(c);
            deviation[c] = ClippedNormals.effectiveDeviation(
                    normalization.scale().at(c), normalization.variance().at(c), normalization.epsilon());
        }
        return new ChannelStatistics(mean, deviation);
    }

    /** {@code factor · x + offset}, per channel. */
    private record Affine(double[] factor, double[] offset) {
        static Affine of(Op.BatchNormalization normalization) {
            int channels = normalization.scale().elements();
            double[] factor = new double[channels];
            double[] offset = new double[channels];
            for (int c = 0; c < channels; c++) {
                factor[c] = normalization.scale().at(c)
                        / Math.sqrt((double) normalization.variance().at(c) + normalization.epsilon());
                offset[c] = normalization.shift().at(c) - normalization.mean().at(c) * factor[c];
            }
            return new Affine(factor, offset);
        }

        Op.Layer after(Op.Layer layer) {
            float[] weights = layer.weights().values();
            float[] bias = layer.bias().values();
            int perOutput = weights.length / layer.outputs();
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) (weights[i] * factor[i / perOutput]);
            }
            for (int o = 0; o < bias.length; o++) {
                bias[o] = (float) (bias[o] * factor[o] + offset[o]);
            }
            return layer.with(
                    FloatTensor.of(layer.weights().shape(), weights), FloatTensor.vector(bias), layer.clamp());
        }

        Op.Convolution depthwise() {
            int channels = factor.length;
            float[] weights = new float[channels];
            float[] bias = new float[channels];
            for (int c = 0; c < channels; c++) {
                weights[c] = (float) factor[c];
                bias[c] = (float) offset[c];
            }
            return new Op.Convolution(
                    Window.of(ConvolutionShape.of(1, 1).withGroups(channels)),
                    FloatTensor.of(new int[] {channels, 1, 1, 1}, weights),
                    FloatTensor.vector(bias),
                    Clamp.NONE);
        }
    }
}
