package dev.octavo.tools.passes;

import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.WeightRange;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScope;

/**
 * How weights are quantized.
 *
 * @param bits 2 to 8
 * @param scope what shares a scale
 * @param range how much of a scope's weights its scale covers
 */
public record WeightOptions(int bits, WeightRounding rounding, WeightScope scope, WeightRange range) {
    /** Checks the number of bits. */
    public WeightOptions {
        IntegerRange.signed(bits);
    }

    /** What suits most networks at a number of bits. */
    public static WeightOptions forBits(int bits) {
        return new WeightOptions(bits, WeightRounding.DESCENT, WeightScope.TENSOR, WeightRange.forBits(bits));
    }

    /** The same with other bits, and the same rules. */
    public WeightOptions withBits(int newBits) {
        return new WeightOptions(newBits, rounding, scope, range);
    }

    /** The same with another rounding. */
    public WeightOptions withRounding(WeightRounding newRounding) {
        return new WeightOptions(bits, newRounding, scope, range);
    }

    /** The same with scales of another scope. */
    public WeightOptions withScope(WeightScope newScope) {
        return new WeightOptions(bits, rounding, newScope, range);
    }

    /** The same with another rule for what a scale covers. */
    public WeightOptions withRange(WeightRange newRange) {
        return new WeightOptions(bits, rounding, scope, newRange);
    }

    IntegerRange grid() {
        return IntegerRange.signed(bits);
    }
}
