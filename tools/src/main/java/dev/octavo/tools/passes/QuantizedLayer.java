package dev.octavo.tools.passes;

import dev.octavo.tools.quantize.QuantizedWeights;
import java.util.Arrays;

/** The integers of a layer: its weights, and its bias at the scale of the accumulators. */
public final class QuantizedLayer {
    private final QuantizedWeights weights;
    private final float inputScale;
    private final int[] bias;

    QuantizedLayer(QuantizedWeights weights, float inputScale, int[] bias) {
        this.weights = weights;
        this.inputScale = inputScale;
        this.bias = bias;
    }

    /** Weights in the order [O][C / groups][taps]. */
    public QuantizedWeights weights() {
        return weights;
    }

    /** Bias of each output channel. */
    public int[] bias() {
        return Arrays.copyOf(bias, bias.length);
    }

    /** The real value of one unit of an output channel's accumulator. */
    public double accumulatorScale(int channel) {
        return (double) inputScale * weights.scale(channel);
    }
}
