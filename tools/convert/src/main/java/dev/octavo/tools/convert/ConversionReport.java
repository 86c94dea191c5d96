package dev.octavo.tools.convert;

import dev.octavo.tools.fidelity.Fidelity;
import java.util.List;
import java.util.Optional;

/**
 * What a conversion says of its result, beside the layers.
 *
 * @param fidelity expected of the model, against its float network; empty if it was not checked
 * @param repairs what was changed to reach it beyond the options, with gain and cost, in words
 * @param dearestLayers names of the layers whose rounding costs most, dearest first; empty unless the model is doubtful
 * @param warnings in sentences
 */
public record ConversionReport(
        Optional<Fidelity> fidelity, List<String> repairs, List<String> dearestLayers, List<String> warnings) {
    /** Copies the lists. */
    public ConversionReport {
        repairs = List.copyOf(repairs);
        dearestLayers = List.copyOf(dearestLayers);
        warnings = List.copyOf(warnings);
    }

    static ConversionReport unchecked(List<String> warnings) {
        return new ConversionReport(Optional.empty(), List.of(), List.of(), warnings);
    }
}
