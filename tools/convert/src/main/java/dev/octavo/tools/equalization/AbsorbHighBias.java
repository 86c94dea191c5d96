package dev.octavo.tools.equalization;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.ChannelTransform;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.passes.Pass;
import dev.octavo.tools.quantize.WeightShape;
import java.util.Arrays;

/**
 * Moves what a channel surely exceeds, c = max(0, β − 3γ), from behind a ReLU into the bias of the layer that reads it
 * (Nagel et al., ICCV 2019, section 4.1.3): ranges that equalization has widened become narrower. Keeps the function for
 * channels above c, that is all but 0.14 % of the values that the statistics expect.
 *
 * <p>Layers that pad their input are left out: the zeros at their borders stand for themselves, and would become c.
 */
public final class AbsorbHighBias implements Pass {
    private static final double REACH = 3;

    @Override
    public String name() {
        return "absorb-high-bias";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (LayerPair pair : LayerPair.of(graph)) {
            if (pair.adjacent()
                    && pair.firstLayer().clamp().low() == 0
                    && !Layers.padded(pair.secondLayer())
                    && graph.statistics(pair.first().output()).isPresent()) {
                current = absorb(
                        current,
                        current.producer(pair.first().output()).orElseThrow(),
                        current.producer(pair.second().output()).orElseThrow());
            }
        }
        return current;
    }

    private static Graph absorb(Graph graph, Node firstNode, Node secondNode) {
        Op.Layer first = (Op.Layer) firstNode.op();
        Op.Layer second = (Op.Layer) secondNode.op();
        ChannelStatistics statistics = graph.statistics(firstNode.output()).orElseThrow();
        double[] mean = statistics.mean();
        double[] deviation = statistics.deviation();
        double[] absorbed = new double[mean.length];
        float[] bias = first.bias().values();
        float[] high = new float[mean.length];
        float[] offsets = new float[mean.length];
        double[] ones = new double[mean.length];
        Arrays.fill(ones, 1);
        for (int c = 0; c < mean.length; c++) {
            absorbed[c] = Math.max(0, mean[c] - REACH * deviation[c]);
            offsets[c] = (float) absorbed[c];
            bias[c] = (float) (bias[c] - absorbed[c]);
            high[c] = (float) (first.clamp().high(c) - absorbed[c]);
        }
        Clamp clamp = first.clamp().capped() ? new Clamp(0, high) : first.clamp();
        return graph.edit()
                .replace(firstNode.with(first.with(first.weights(), FloatTensor.vector(bias), clamp)))
                .replace(secondNode.with(second.with(
                        second.weights(), FloatTensor.vector(withResponse(second, absorbed)), second.clamp())))
                .statistics(firstNode.output(), statistics.transformed(absorbed, ones))
                .original(
                        firstNode.output(),
                        new ChannelTransform(
                                ChannelTransform.identity(offsets.length).factors(), offsets))
                .build();
    }

    /** The bias of a layer plus its response to constant channels. */
    private static float[] withResponse(Op.Layer layer, double[] constants) {
        WeightShape shape = Layers.weightShape(layer);
        float[] bias = layer.bias().values();
        for (int o = 0; o < bias.length; o++) {
            double sum = bias[o];
            int first = shape.inputChannel(o, 0);
            for (int n = 0; n < shape.kernels(); n++) {
                for (int i = shape.offset(o, n); i < shape.offset(o, n) + shape.taps(); i++) {
                    sum += constants[first + n] * layer.weights().at(i);
                }
            }
            bias[o] = (float) sum;
        }
        return bias;
    }
}
