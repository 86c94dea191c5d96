package dev.octavo.tools.options;

import dev.octavo.tools.quantize.BitAllocation;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.WeightRange;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScope;
import java.util.OptionalDouble;

/**
 * How weights are quantized.
 *
 * @param bits 2 to 8; the most that a layer gets, if there is an average
 * @param averageBits most bits per weight over all layers, each of which gets a number of its own; 2 to {@code bits}, or
 *     empty for the same bits everywhere
 * @param scope what shares a scale
 * @param range how much of a scope's weights its scale covers
 */
public record WeightOptions(
        int bits, OptionalDouble averageBits, WeightRounding rounding, WeightScope scope, WeightRange range) {
    /** Checks the numbers of bits. */
    public WeightOptions {
        IntegerRange.signed(bits);
        if (averageBits.isPresent()
                && !(averageBits.getAsDouble() >= BitAllocation.LEAST_BITS && averageBits.getAsDouble() <= bits)) {
            throw new IllegalArgumentException("the average bits of weights must lie in [" + BitAllocation.LEAST_BITS
                    + ", " + bits + "], where the most bits of a layer end, and not be " + averageBits.getAsDouble());
        }
    }

    /** What suits most networks at a number of bits. */
    public static WeightOptions forBits(int bits) {
        return new WeightOptions(
                bits, OptionalDouble.empty(), WeightRounding.DESCENT, WeightScope.TENSOR, new WeightRange.Automatic());
    }

    /** Returns a copy with other bits, and the same rules. */
    public WeightOptions withBits(int newBits) {
        return new WeightOptions(newBits, averageBits, rounding, scope, range);
    }

    /** Returns a copy with bits that differ by layer. */
    public WeightOptions withAverageBits(double average) {
        return new WeightOptions(bits, OptionalDouble.of(average), rounding, scope, range);
    }

    /** Returns a copy for a layer of known bits. */
    public WeightOptions uniform(int bitsOfLayer) {
        return new WeightOptions(bitsOfLayer, OptionalDouble.empty(), rounding, scope, range);
    }

    /** Returns a copy with another rounding. */
    public WeightOptions withRounding(WeightRounding newRounding) {
        return new WeightOptions(bits, averageBits, newRounding, scope, range);
    }

    /** Returns a copy with scales of another scope. */
    public WeightOptions withScope(WeightScope newScope) {
        return new WeightOptions(bits, averageBits, rounding, newScope, range);
    }

    /** Returns a copy with another rule for what a scale covers. */
    public WeightOptions withRange(WeightRange newRange) {
        return new WeightOptions(bits, averageBits, rounding, scope, newRange);
    }

    /** The grid of every layer, or of one with as many bits as layers have on average. */
    public IntegerRange grid() {
        return IntegerRange.signed((int) Math.rint(averageBits.orElse(bits)));
    }
}
