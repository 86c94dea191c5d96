package dev.octavo.tools.passes;

import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.RangeRule;

/**
 * How activations are quantized. Fewer than 8 bits are stored in bytes all the same.
 *
 * @param bits 2 to 8
 * @param signed whether activations that cannot be negative use the signed grid all the same
 * @param ranges chooses the largest real value of each tensor
 */
public record ActivationOptions(int bits, boolean signed, RangeRule ranges) {
    /** Checks the number of bits. */
    public ActivationOptions {
        IntegerRange.signed(bits);
    }

    /** What suits most networks at a number of bits. */
    public static ActivationOptions forBits(int bits) {
        return new ActivationOptions(bits, false, new RangeRule.Automatic());
    }

    /** The same with other bits, and the same rules. */
    public ActivationOptions withBits(int newBits) {
        return new ActivationOptions(newBits, signed, ranges);
    }

    /** The same with activations that are all signed, or not. */
    public ActivationOptions withSigned(boolean newSigned) {
        return new ActivationOptions(bits, newSigned, ranges);
    }

    /** The same with another rule for ranges. */
    public ActivationOptions withRanges(RangeRule newRanges) {
        return new ActivationOptions(bits, signed, newRanges);
    }

    IntegerRange signedGrid() {
        return IntegerRange.signed(bits);
    }

    IntegerRange nonNegativeGrid() {
        return signed ? IntegerRange.signed(bits) : IntegerRange.unsigned(bits);
    }
}
