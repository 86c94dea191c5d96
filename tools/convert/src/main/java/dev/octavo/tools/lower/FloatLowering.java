package dev.octavo.tools.lower;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.passes.SeparateCountedPadding;
import dev.octavo.tools.quantizer.QuantizedGraph;

/** Float graphs as models: the baseline, and what conformance is tested on. */
public final class FloatLowering {
    private FloatLowering() {}

    /**
     * The model of a graph.
     *
     * @throws dev.octavo.tools.graph.GraphException if a node has no counterpart in the runtime
     */
    public static ModelDefinition lower(Graph graph, ModelMetadata metadata) {
        return Lowering.lower(QuantizedGraph.inFloat(new SeparateCountedPadding().apply(graph)), metadata);
    }
}
