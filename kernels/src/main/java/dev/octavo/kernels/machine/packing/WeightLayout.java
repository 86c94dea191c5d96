package dev.octavo.kernels.machine.packing;

import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Optional;

/** How an instruction set wants weights of bytes laid out. Equal layouts pack to the same bytes. */
public interface WeightLayout {
    /**
     * Returns what tiles add to every input of a type before they multiply it, so that the instruction's operands have the signs
     * that it takes; biases are packed to make up for it.
     */
    int inputOffset(ElementType input);

    /** Returns what depthwise code adds to every input of a type, as {@link #inputOffset}. */
    int depthwiseInputOffset(ElementType input);

    /** Returns the least result, before clamping, that requantization rounds exactly without a bound of its own. */
    double leastExact();

    /** Returns what tiles multiply a residual by, in the units of guarded sums ({@link FixedPointMultiplier#GUARD_BITS}). */
    float residualScale(Residual residual);

    /** Returns emitted loops over weights. */
    WeightLoops loops();

    /**
     * Returns what rearranges the weights of dense blocks for products that need more than the order of the inputs.
     *
     * @param greatest input, after {@link #inputOffset}
     * @param scratch owns memory for the duration of packing
     * @return empty if the order of the inputs serves
     */
    Optional<StepArranger> arranger(int greatest, SegmentAllocator scratch);

    /** Returns whether {@link #arranger} returns something. */
    boolean arranges();

    /**
     * Returns the taps of a depthwise window in groups that fill 32 bits, of four bytes or of two words, in the order in which the
     * code uses their weights; −1 where a group has no such tap.
     */
    List<int[]> depthwiseGroups(ConvolutionShape shape);
}
