package dev.octavo.tools.convert;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.passes.QuantizedGraph;
import java.util.List;

/**
 * What came out of a conversion.
 *
 * @param layers in the order in which they run
 */
public record Conversion(ModelDefinition model, QuantizedGraph graph, List<LayerReport> layers) {
    /** Copies the list. */
    public Conversion {
        layers = List.copyOf(layers);
    }
}
