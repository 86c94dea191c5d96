package dev.octavo.tools.convert;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.quantizer.Adaptation;
import dev.octavo.tools.quantizer.QuantizedGraph;
import java.util.List;

/**
 * What came out of a conversion.
 *
 * @param layers in the order in which they run
 * @param adaptations what of a network that was quantized elsewhere could not be kept exactly
 * @param report what is expected of the model
 */
public record Conversion(
        ModelDefinition model,
        QuantizedGraph graph,
        List<LayerReport> layers,
        List<Adaptation> adaptations,
        ConversionReport report) {
    /** Copies the lists. */
    public Conversion {
        layers = List.copyOf(layers);
        adaptations = List.copyOf(adaptations);
    }
}
