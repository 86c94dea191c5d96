package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.statistics.InputEncoding;
import dev.octavo.tools.statistics.ValueModels;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A graph with every integer chosen. A value without an encoding, and a layer without integers, stay in float.
 *
 * <p>Where the input is {@link InputEncoding.Pixels} the graph computes with p − rne(mean), and the encoding of the input
 * is that of the pixels p themselves.
 */
public final class QuantizedGraph {
    private final Graph graph;
    private final InputEncoding input;
    private final Map<String, TensorEncoding> encodings;
    private final Map<String, QuantizedLayer> layers;

    QuantizedGraph(
            Graph graph,
            InputEncoding input,
            Map<String, TensorEncoding> encodings,
            Map<String, QuantizedLayer> layers) {
        this.graph = graph;
        this.input = input;
        this.encodings = Collections.unmodifiableMap(new TreeMap<>(encodings));
        this.layers = Collections.unmodifiableMap(new TreeMap<>(layers));
        layers.keySet().forEach(name -> {
            if (graph.nodes().stream().noneMatch(node -> node.name().equals(name))) {
                throw new GraphException("there is no layer '" + name + "'");
            }
        });
    }

    /** A graph of which nothing is quantized. */
    public static QuantizedGraph inFloat(Graph graph) {
        return new QuantizedGraph(graph, new InputEncoding.Reals(-1, 1), Map.of(), Map.of());
    }

    /** Returns a copy with some layers in float, and values stored in another way. */
    QuantizedGraph without(Set<String> floatLayers, Map<String, TensorEncoding> newEncodings) {
        Map<String, QuantizedLayer> others = new TreeMap<>(layers);
        others.keySet().removeAll(floatLayers);
        return new QuantizedGraph(graph, input, newEncodings, others);
    }

    /** The float graph, as the passes left it. */
    public Graph graph() {
        return graph;
    }

    /** How the input is given. */
    public InputEncoding input() {
        return input;
    }

    /** How a value is stored, if it is quantized. */
    public Optional<TensorEncoding> encoding(String value) {
        return Optional.ofNullable(encodings.get(value));
    }

    /** The integers of a layer, by the name of its node, if it is quantized. */
    public Optional<QuantizedLayer> layer(String node) {
        return Optional.ofNullable(layers.get(node));
    }

    /** Returns {@link Graph#dump} with the codes and the scale of every value, and which layers run in integers. */
    public String dump() {
        StringBuilder text = new StringBuilder();
        Iterator<String> lines = graph.dump().lines().iterator();
        for (Node node : graph.nodes()) {
            text.append(lines.next())
                    .append(layers.containsKey(node.name()) ? "  in integers" : "")
                    .append(encoding(node.output())
                            .map(codes -> "  codes " + codes.leastCode() + ".." + codes.greatestCode() + " zero "
                                    + codes.zero() + " scale " + codes.scale())
                            .orElse("  in float"))
                    .append('\n');
        }
        return text.toString();
    }

    /**
     * The expected ratio of signal to noise of storing each quantized value, in dB, where its distribution is known; see
     * {@link dev.octavo.tools.quantize.ClippedNormals#storageSqnr}.
     */
    public Map<String, Double> storageSqnr() {
        ValueModels models = ValueModels.of(graph, input);
        Map<String, Double> ratios = new TreeMap<>();
        encodings.forEach((value, encoding) -> models.model(value)
                .ifPresent(model -> ratios.put(value, model.storageSqnr(encoding.range(), encoding.scale()))));
        return ratios;
    }
}
