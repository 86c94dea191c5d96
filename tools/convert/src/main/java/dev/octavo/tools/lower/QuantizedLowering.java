package dev.octavo.tools.lower;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.quantizer.QuantizedGraph;

/** Quantized graphs as models. */
public final class QuantizedLowering {
    private QuantizedLowering() {}

    /**
     * The model of a quantized graph: integers from its input to the last requantization, and float where the graph has
     * values without an encoding. All outputs are float.
     *
     * @throws dev.octavo.tools.graph.GraphException if a node has no counterpart in the runtime
     */
    public static ModelDefinition lower(QuantizedGraph graph, ModelMetadata metadata) {
        return Lowering.lower(graph, metadata);
    }
}
