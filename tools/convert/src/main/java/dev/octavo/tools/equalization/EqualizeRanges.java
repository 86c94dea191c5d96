package dev.octavo.tools.equalization;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.passes.Pass;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cross-layer equalization (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV
 * 2019, section 4.1): rescales the channels between every two layers in a row until the weights that produce and those that
 * read a channel have the same largest magnitude, √(r1·r2). The upper bounds of a ReLU6 become different by channel.
 *
 * <p>A channel whose weights vanish on either side is dead, and keeps its scale: its ratio says nothing.
 */
public final class EqualizeRanges implements Pass {
    private static final int SWEEPS = 500;
    private static final double SETTLED = 1e-6;
    private static final double NEGLIGIBLE = 1e-9;

    @Override
    public String name() {
        return "equalize-ranges";
    }

    @Override
    public Graph apply(Graph graph) {
        Map<String, RescaledLayer> layers = new LinkedHashMap<>();
        List<Pair> pairs = LayerPair.of(graph).stream()
                .map(pair -> new Pair(
                        layers.computeIfAbsent(pair.first().name(), key -> new RescaledLayer(pair.firstLayer())),
                        layers.computeIfAbsent(pair.second().name(), key -> new RescaledLayer(pair.secondLayer()))))
                .toList();
        double change = Double.POSITIVE_INFINITY;
        for (int sweep = 0; sweep < SWEEPS && change > SETTLED; sweep++) {
            change = 0;
            for (Pair pair : pairs) {
                change = Math.max(change, equalize(pair.first, pair.second));
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

    private record Pair(RescaledLayer first, RescaledLayer second) {}

    /** Equalizes the channels between two layers; returns the largest logarithm of a scale. */
    private static double equalize(RescaledLayer first, RescaledLayer second) {
        double[] produced = first.largestOfOutputs();
        double[] read = second.largestOfInputs();
        double leastProduced = NEGLIGIBLE * Arrays.stream(produced).max().orElse(0);
        double leastRead = NEGLIGIBLE * Arrays.stream(read).max().orElse(0);
        double change = 0;
        for (int c = 0; c < produced.length; c++) {
            if (produced[c] > leastProduced && read[c] > leastRead) {
                double scale = Math.sqrt(produced[c] / read[c]);
                first.divideOutput(c, scale);
                second.multiplyInput(c, scale);
                change = Math.max(change, Math.abs(Math.log(scale)));
            }
        }
        return change;
    }
}
