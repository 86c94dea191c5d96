package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.options.WeightOptions;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.passes.SimplifyRoundings;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a network that was quantized elsewhere into integers with its own scales. Zero points that a byte with zero point 0
 * can stand for stay exact: 0, 128 of uint8, −128 of int8, and any other of a tensor that is never negative. The rest get
 * symmetric encodings of the same range.
 *
 * <p>Where nothing had to change, codes are those of ONNX Runtime but for ties: it rounds the product of accumulator and
 * multiplier to a float before it rounds to an integer, divides by the scale of an input where we multiply by its inverse, and
 * a residual that is added before any rounding is rounded to 1/64 of a step here. Each may move a code by 1.
 */
public final class ImportedQuantizer {
    /**
     * The outcome.
     *
     * @param adaptations what could not be kept exactly, in the order of the graph
     */
    public record Result(QuantizedGraph graph, List<Adaptation> adaptations) {
        /** Copies the list. */
        public Result {
            adaptations = List.copyOf(adaptations);
        }
    }

    private ImportedQuantizer() {}

    /** Whether a graph says how its values are quantized. */
    public static boolean applicable(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.op() instanceof Op.RoundToGrid);
    }

    /** Quantizes a graph that {@link Passes#folding} has prepared. */
    public static Result quantize(Graph graph) {
        ImportedEncodings imported = new ImportedEncodings(new SimplifyRoundings().apply(graph));
        Graph simplified = imported.graph();
        Map<String, TensorEncoding> encodings = new LinkedHashMap<>(imported.encodings());
        encodings.keySet().removeIf(value -> simplified.producer(value).isEmpty());
        List<Adaptation> adaptations = new ArrayList<>(imported.adaptations());
        LayerQuantizer quantizer = new LayerQuantizer(WeightOptions.forBits(8));
        Map<String, QuantizedLayer> layers = new LinkedHashMap<>();
        for (Node node : simplified.nodes()) {
            if (node.op() instanceof Op.Layer layer && computesInIntegers(node, layer, encodings)) {
                QuantizedLayer quantized = quantizer.quantize(
                        node,
                        layer,
                        null,
                        null,
                        encoding(encodings, node.input()),
                        null,
                        encodings.get(node.output()),
                        node.inputs().size() > 1 ? encodings.get(node.inputs().get(1)) : null);
                layers.put(node.name(), quantized);
                double noise = noise(layer, quantized);
                if (noise > 0) {
                    adaptations.add(
                            new Adaptation(node.name(), "weights outside of [-128, 127]", 10 * Math.log10(noise)));
                }
            }
        }
        return new Result(
                new QuantizedGraph(simplified, new InputEncoding.Reals(-1, 1), encodings, layers), adaptations);
    }

    private static boolean computesInIntegers(Node node, Op.Layer layer, Map<String, TensorEncoding> encodings) {
        return ImportedEncodings.quantized(node, layer, encodings)
                && (encodings.containsKey(node.output())
                        || (node.inputs().size() == 1 && layer.clamp().none()));
    }

    private static TensorEncoding encoding(Map<String, TensorEncoding> encodings, String value) {
        TensorEncoding encoding = encodings.get(value);
        if (encoding == null) {
            throw new IllegalStateException(value + " has no encoding");
        }
        return encoding;
    }

    /** Power of what changed in the weights over their power; 0 where it is but the rounding of floats. */
    private static double noise(Op.Layer layer, QuantizedLayer quantized) {
        int perOutput = layer.weights().elements() / layer.outputs();
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < layer.weights().elements(); i++) {
            double real = layer.weights().at(i);
            double error = real
                    - quantized.weights().values()[i]
                            * (double) quantized.weights().scale(i / perOutput);
            signal += real * real;
            noise += error * error;
        }
        return noise <= signal * 0x1p-40 ? 0 : noise / signal;
    }
}
