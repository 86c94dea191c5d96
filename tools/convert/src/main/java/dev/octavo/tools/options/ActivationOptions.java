package dev.octavo.tools.options;

import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.RangeRule;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How activations are quantized. Fewer than 8 bits are stored in bytes all the same.
 *
 * @param bits 2 to 8
 * @param signed whether activations that cannot be negative use the signed grid all the same
 * @param ranges chooses the largest real value of each tensor
 * @param scales the real value of one step of tensors, by the name of the value, for which no range is chosen; tensors that
 *     share a scale take the largest that any of them is given
 */
public record ActivationOptions(int bits, boolean signed, RangeRule ranges, Map<String, Float> scales) {
    /** Checks the number of bits and the scales, and copies those in the order of the names. */
    public ActivationOptions {
        IntegerRange.signed(bits);
        scales = Collections.unmodifiableMap(new TreeMap<>(scales));
        scales.forEach((value, scale) -> {
            if (!(scale >= Float.MIN_NORMAL && Float.isFinite(scale))) {
                throw new IllegalArgumentException(
                        "the scale of '" + value + "' must be positive and finite, not " + scale);
            }
        });
    }

    /** What suits most networks at a number of bits. */
    public static ActivationOptions forBits(int bits) {
        return new ActivationOptions(bits, false, new RangeRule.Automatic(), Map.of());
    }

    /** Returns a copy with other bits, and the same rules. */
    public ActivationOptions withBits(int newBits) {
        return new ActivationOptions(newBits, signed, ranges, scales);
    }

    /** Returns a copy with activations that are all signed, or not. */
    public ActivationOptions withSigned(boolean newSigned) {
        return new ActivationOptions(bits, newSigned, ranges, scales);
    }

    /** Returns a copy with another rule for ranges. */
    public ActivationOptions withRanges(RangeRule newRanges) {
        return new ActivationOptions(bits, signed, newRanges, scales);
    }

    /** Returns a copy with scales given for some tensors. */
    public ActivationOptions withScales(Map<String, Float> newScales) {
        return new ActivationOptions(bits, signed, ranges, newScales);
    }

    public IntegerRange signedGrid() {
        return IntegerRange.signed(bits);
    }

    public IntegerRange nonNegativeGrid() {
        return signed ? IntegerRange.signed(bits) : IntegerRange.unsigned(bits);
    }
}
