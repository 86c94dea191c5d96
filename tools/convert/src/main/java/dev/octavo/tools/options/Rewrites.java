package dev.octavo.tools.options;

import java.util.OptionalDouble;

/**
 * How the float network is changed before it is quantized, in this order.
 *
 * @param freezeDeadChannels whether channels that cannot be seen behind their reader become constant
 * @param relu6ToRelu whether the upper bounds of activations are dropped; changes the function
 * @param equalization how channels are rescaled; keeps the function
 * @param absorbHighBias whether what an activation surely exceeds moves into the bias of the next layer
 * @param weightLimit magnitude to which weights are clipped, positive; changes the function
 */
public record Rewrites(
        boolean freezeDeadChannels,
        boolean relu6ToRelu,
        Equalization equalization,
        boolean absorbHighBias,
        OptionalDouble weightLimit) {
    /** Checks the limit. */
    public Rewrites {
        if (weightLimit.isPresent() && !(weightLimit.getAsDouble() > 0)) {
            throw new IllegalArgumentException("the limit of weights must be positive, not " + weightLimit);
        }
    }

    /** Dead channels frozen, and equalization as suits the weights. */
    public static Rewrites defaults() {
        return new Rewrites(true, false, Equalization.AUTO, false, OptionalDouble.empty());
    }

    /** Returns a copy with dead channels frozen, or left as they are. */
    public Rewrites withFreezeDeadChannels(boolean freeze) {
        return new Rewrites(freeze, relu6ToRelu, equalization, absorbHighBias, weightLimit);
    }

    /** Returns a copy with upper bounds of activations dropped, or kept. */
    public Rewrites withRelu6ToRelu(boolean drop) {
        return new Rewrites(freezeDeadChannels, drop, equalization, absorbHighBias, weightLimit);
    }

    /** Returns a copy with another equalization. */
    public Rewrites withEqualization(Equalization newEqualization) {
        return new Rewrites(freezeDeadChannels, relu6ToRelu, newEqualization, absorbHighBias, weightLimit);
    }

    /** Returns a copy with high biases absorbed, or left. */
    public Rewrites withAbsorbHighBias(boolean absorb) {
        return new Rewrites(freezeDeadChannels, relu6ToRelu, equalization, absorb, weightLimit);
    }

    /** Returns a copy with weights clipped to a magnitude. */
    public Rewrites withWeightLimit(double limit) {
        return new Rewrites(freezeDeadChannels, relu6ToRelu, equalization, absorbHighBias, OptionalDouble.of(limit));
    }
}
