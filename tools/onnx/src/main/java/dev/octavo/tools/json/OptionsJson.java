package dev.octavo.tools.json;

import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.options.ActivationOptions;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.options.WeightOptions;
import dev.octavo.tools.records.RecordException;
import java.util.OptionalInt;

/** Writes options of conversions as JSON and reads them again. */
public final class OptionsJson {
    private OptionsJson() {}

    /** Returns all options as text over several lines. Equal options give equal texts. */
    public static String write(ConversionOptions options) {
        return RecordJson.write(options);
    }

    /**
     * Reads options from a text that {@link #write} gave, or from a part of one: what it leaves out suits the bits.
     *
     * @param source what messages call the text
     * @param weightBits 2 to 8, instead of those that the text asks for
     * @param activationBits 2 to 8, instead of those that the text asks for
     * @throws RecordException if the text is malformed, has an unknown key, or a value that does not suit; the message names
     *     the source and the key
     */
    public static ConversionOptions read(
            String text, String source, OptionalInt weightBits, OptionalInt activationBits) {
        ConversionOptions defaults = ConversionOptions.forBits(ConversionOptions.DEFAULT_BITS);
        QuantizationOptions asked = RecordJson.read(text, source, defaults).quantization();
        int ofWeights = weightBits.orElse(asked.weights().bits());
        int ofActivations = activationBits.orElse(asked.activations().bits());
        QuantizationOptions standard = QuantizationOptions.forBits(ofWeights, ofActivations);
        ConversionOptions options = RecordJson.read(text, source, defaults.with(standard));
        WeightOptions weights = options.quantization().weights().withBits(ofWeights);
        ActivationOptions activations = options.quantization().activations().withBits(ofActivations);
        return options.with(options.quantization().withWeights(weights).withActivations(activations));
    }
}
