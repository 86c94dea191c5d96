package dev.octavo.tools.passes;

import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.RangeRule;
import dev.octavo.tools.quantize.WeightRounding;

/**
 * How a network is quantized.
 *
 * @param bits of weights and activations, 2 to 8
 * @param signedActivations whether activations that cannot be negative use the signed grid all the same
 * @param perChannelWeights whether each output channel has a weight scale of its own; then nothing is equalized
 */
public record QuantizationOptions(
        int bits, WeightRounding rounding, RangeRule ranges, boolean signedActivations, boolean perChannelWeights) {
    /** What suits most networks at a number of bits. */
    public static QuantizationOptions forBits(int bits) {
        return new QuantizationOptions(bits, WeightRounding.SQUANT, RangeRule.forBits(bits), false, false);
    }

    /** The same with another rounding. */
    public QuantizationOptions withRounding(WeightRounding newRounding) {
        return new QuantizationOptions(bits, newRounding, ranges, signedActivations, perChannelWeights);
    }

    /** The same with another rule for activation ranges. */
    public QuantizationOptions withRanges(RangeRule newRanges) {
        return new QuantizationOptions(bits, rounding, newRanges, signedActivations, perChannelWeights);
    }

    /** The same with activations that are all signed, or not. */
    public QuantizationOptions withSignedActivations(boolean signed) {
        return new QuantizationOptions(bits, rounding, ranges, signed, perChannelWeights);
    }

    /** The same with one scale per output channel, or not. */
    public QuantizationOptions withPerChannelWeights(boolean perChannel) {
        return new QuantizationOptions(bits, rounding, ranges, signedActivations, perChannel);
    }

    IntegerRange signedRange() {
        return IntegerRange.signed(bits);
    }

    IntegerRange nonNegativeRange() {
        return signedActivations ? IntegerRange.signed(bits) : IntegerRange.unsigned(bits);
    }
}
