package dev.octavo.tools.passes;

import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.quantize.PixelInput;

/**
 * Moves the normalisation of pictures into the layers that read them. The input of the changed graph is no longer
 * (p − mean) / std but p − rne(mean), of 8-bit pixels p.
 */
public final class FoldNormalization implements Pass {
    private final PixelInput normalisation;

    /** With the normalisation that the network was trained with. */
    public FoldNormalization(PixelInput normalisation) {
        this.normalisation = normalisation;
    }

    /** Whether only layers read the input, so that their weights can take the normalisation. */
    public static boolean applicable(Graph graph) {
        return graph.inputs().size() == 1
                && !graph.outputs().contains(graph.inputs().getFirst())
                && graph.consumers(graph.inputs().getFirst()).stream()
                        .allMatch(node ->
                                node.op() instanceof Op.Layer && node.inputs().size() == 1);
    }

    @Override
    public String name() {
        return "fold-normalization";
    }

    @Override
    public Graph apply(Graph graph) {
        String input = graph.inputs().getFirst();
        int[] shape = graph.shape(input);
        if (shape.length < 2 || shape[1] != normalisation.channels()) {
            throw new GraphException("the input '" + input + "' has " + (shape.length < 2 ? 1 : shape[1])
                    + " channels, but a mean and a deviation are given for " + normalisation.channels());
        }
        Graph.Editor editor = graph.edit();
        for (Node node : graph.consumers(input)) {
            Op.Layer layer = (Op.Layer) node.op();
            float[] weights = layer.weights().values();
            var weightShape = Layers.weightShape(layer);
            double[] shift = normalisation.biasShift(weights, weightShape);
            float[] bias = layer.bias().values();
            for (int c = 0; c < bias.length; c++) {
                bias[c] = (float) (bias[c] + shift[c]);
            }
            editor.replace(node.with(layer.with(
                    FloatTensor.of(layer.weights().shape(), normalisation.foldWeights(weights, weightShape)),
                    FloatTensor.vector(bias),
                    layer.clamp())));
        }
        return editor.build();
    }
}
