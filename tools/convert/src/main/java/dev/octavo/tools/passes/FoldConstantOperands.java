package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import java.util.Optional;

/**
 * Folds sums and products with a constant into the layer before them, where the constant is one value or one per channel:
 * the biases of exporters that write them as additions, for example.
 */
public final class FoldConstantOperands implements Pass {
    @Override
    public String name() {
        return "fold-constant-operands";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (Node node : graph.nodes()) {
            Node latest = current.producer(node.output()).orElse(null);
            if (latest != null && latest.op() instanceof Op.Binary binary && linear(binary.function())) {
                current = fold(current, latest, binary.function());
            }
        }
        return current;
    }

    private static boolean linear(FloatBinary.Function function) {
        return switch (function) {
            case ADD, SUBTRACT, MULTIPLY, DIVIDE -> true;
            default -> false;
        };
    }

    private static Graph fold(Graph graph, Node node, FloatBinary.Function function) {
        boolean constantFirst = graph.constant(node.inputs().getFirst()).isPresent();
        if (constantFirst && function == FloatBinary.Function.DIVIDE) {
            return graph;
        }
        String value = node.inputs().get(constantFirst ? 1 : 0);
        Optional<FloatTensor> constant = graph.constant(node.inputs().get(constantFirst ? 0 : 1));
        Optional<Node> before = graph.producer(value)
                .filter(producer -> producer.op() instanceof Op.Layer layer
                        && layer.clamp().none()
                        && producer.inputs().size() == 1
                        && graph.onlyConsumer(producer.output()).isPresent());
        if (constant.isEmpty() || before.isEmpty()) {
            return graph;
        }
        Op.Layer layer = (Op.Layer) before.get().op();
        int channels = layer.outputs();
        Optional<float[]> perChannel = Layers.perChannel(constant.get(), channels, graph.shape(node.output()));
        if (perChannel.isEmpty()) {
            return graph;
        }
        float[] operand = perChannel.get();
        float[] weights = layer.weights().values();
        float[] bias = layer.bias().values();
        int perOutput = weights.length / channels;
        Graph.Editor editor = graph.edit();
        double[] mean = new double[channels];
        double[] deviation = new double[channels];
        Optional<ChannelStatistics> known = graph.statistics(value);
        double[] knownMean = known.map(ChannelStatistics::mean).orElse(mean);
        double[] knownDeviation = known.map(ChannelStatistics::deviation).orElse(deviation);
        for (int o = 0; o < channels; o++) {
            float factor = switch (function) {
                case ADD -> 1;
                case SUBTRACT -> constantFirst ? -1 : 1;
                case MULTIPLY -> operand[o];
                case DIVIDE -> 1 / operand[o];
                default -> throw new IllegalArgumentException(function + " is not linear");
            };
            float offset = switch (function) {
                case ADD -> operand[o];
                case SUBTRACT -> constantFirst ? operand[o] : -operand[o];
                default -> 0;
            };
            for (int i = o * perOutput; i < (o + 1) * perOutput; i++) {
                weights[i] *= factor;
            }
            bias[o] = bias[o] * factor + offset;
            mean[o] = knownMean[o] * factor + offset;
            deviation[o] = knownDeviation[o] * Math.abs(factor);
        }
        if (known.isPresent()) {
            editor.statistics(node.output(), new ChannelStatistics(mean, deviation));
        }
        Op.Layer folded =
                layer.with(FloatTensor.of(layer.weights().shape(), weights), FloatTensor.vector(bias), layer.clamp());
        return editor.remove(node)
                .replace(before.get().with(folded).writing(node.output()))
                .build();
    }
}
