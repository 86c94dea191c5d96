package dev.octavo.tools.passes;

import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.RangeRule;
import dev.octavo.tools.quantize.WeightRounding;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a network is quantized.
 *
 * @param bits of weights and activations, 2 to 8
 * @param signedActivations whether activations that cannot be negative use the signed grid all the same
 * @param perChannelWeights whether each output channel has a weight scale of its own; then nothing is equalized
 * @param floatLayers names of the nodes whose layers stay in float
 */
public record QuantizationOptions(
        int bits,
        WeightRounding rounding,
        RangeRule ranges,
        boolean signedActivations,
        boolean perChannelWeights,
        Set<String> floatLayers) {
    /** Copies the set, in the order of the names. */
    public QuantizationOptions {
        floatLayers = Collections.unmodifiableSet(new TreeSet<>(floatLayers));
    }

    /** What suits most networks at a number of bits. */
    public static QuantizationOptions forBits(int bits) {
        return new QuantizationOptions(bits, WeightRounding.SQUANT, RangeRule.forBits(bits), false, false, Set.of());
    }

    /** The same with another rounding. */
    public QuantizationOptions withRounding(WeightRounding newRounding) {
        return new QuantizationOptions(bits, newRounding, ranges, signedActivations, perChannelWeights, floatLayers);
    }

    /** The same with another rule for activation ranges. */
    public QuantizationOptions withRanges(RangeRule newRanges) {
        return new QuantizationOptions(bits, rounding, newRanges, signedActivations, perChannelWeights, floatLayers);
    }

    /** The same with activations that are all signed, or not. */
    public QuantizationOptions withSignedActivations(boolean signed) {
        return new QuantizationOptions(bits, rounding, ranges, signed, perChannelWeights, floatLayers);
    }

    /** The same with one scale per output channel, or not. */
    public QuantizationOptions withPerChannelWeights(boolean perChannel) {
        return new QuantizationOptions(bits, rounding, ranges, signedActivations, perChannel, floatLayers);
    }

    /** The same with other layers in float. */
    public QuantizationOptions withFloatLayers(Set<String> newFloatLayers) {
        return new QuantizationOptions(bits, rounding, ranges, signedActivations, perChannelWeights, newFloatLayers);
    }

    IntegerRange signedRange() {
        return IntegerRange.signed(bits);
    }

    IntegerRange nonNegativeRange() {
        return signedActivations ? IntegerRange.signed(bits) : IntegerRange.unsigned(bits);
    }
}
