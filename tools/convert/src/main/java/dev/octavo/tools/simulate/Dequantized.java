package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.QuantizedWeights;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.QuantizedLayer;
import dev.octavo.tools.quantizer.TensorEncoding;
import dev.octavo.tools.statistics.InputEncoding;

/** A quantized graph in real numbers: what its integers stand for. */
final class Dequantized {
    private Dequantized() {}

    /** The graph, in which each layer in integers has the real values of its weights and biases. */
    static Graph graph(QuantizedGraph quantized) {
        Graph.Editor editor = quantized.graph().edit();
        for (Node node : quantized.graph().nodes()) {
            quantized
                    .layer(node.name())
                    .ifPresent(integers -> editor.replace(node.with(layer(quantized, node, integers))));
        }
        return editor.build();
    }

    private static Op.Layer layer(QuantizedGraph quantized, Node node, QuantizedLayer integers) {
        Op.Layer layer = (Op.Layer) node.op();
        QuantizedWeights weights = integers.weights();
        int perChannel = weights.shape().weightsPerChannel();
        float[] values = new float[layer.weights().elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights.values()[i] * weights.scale(i / perChannel);
        }
        int[] codes = integers.bias();
        float[] bias = new float[codes.length];
        for (int c = 0; c < bias.length; c++) {
            long code = codes[c];
            if (quantized.input() instanceof InputEncoding.Pixels pixels
                    && quantized.graph().inputs().contains(node.input())) {
                code += pixels.normalisation().padSum(weights, c);
            }
            bias[c] = (float) (code * integers.accumulatorScale(c));
        }
        return layer.with(FloatTensor.of(layer.weights().shape(), values), FloatTensor.vector(bias), layer.clamp());
    }

    /** Rounds a value to what is stored of it, if that is integers. */
    static void round(QuantizedGraph quantized, String name, FloatBatch batch) {
        TensorEncoding encoding = quantized.encoding(name).orElse(null);
        boolean picture = quantized.input() instanceof InputEncoding.Pixels
                && quantized.graph().inputs().contains(name);
        if (encoding == null || picture) {
            return;
        }
        float[] values = batch.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = encoding.range().round(values[i] / (double) encoding.scale()) * encoding.scale();
        }
    }
}
