package dev.octavo.tools.quantize;

/**
 * How real weights become integers. All are stages of SQuant (Guo et al., ICLR 2022): elements are rounded to nearest,
 * then some are rounded the other way so that the rounding errors of each kernel, and then of each output channel, sum
 * to at most half a step.
 */
public enum WeightRounding {
    /** SQuant-E: every weight by itself. */
    NEAREST(false, false),
    /** SQuant-E and K: errors are balanced within each kernel. */
    SQUANT_KERNEL(true, false),
    /** SQuant-E and C: errors are balanced within each output channel. */
    SQUANT_CHANNEL(false, true),
    /** SQuant-E, K and C. */
    SQUANT(true, true),
    /** SQuant-E and K, then coordinate descent on the covariance of the inputs; all of SQuant where that is unknown. */
    DESCENT(true, false);

    private final boolean balancesKernels;
    private final boolean balancesChannels;

    WeightRounding(boolean balancesKernels, boolean balancesChannels) {
        this.balancesKernels = balancesKernels;
        this.balancesChannels = balancesChannels;
    }

    boolean balancesKernels() {
        return balancesKernels;
    }

    boolean balancesChannels() {
        return balancesChannels;
    }
}
