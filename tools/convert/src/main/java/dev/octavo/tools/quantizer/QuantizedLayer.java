package dev.octavo.tools.quantizer;

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

    /** Returns this layer with real numbers added to its biases, as far as those reach. */
    QuantizedLayer shifted(double[] shifts) {
        int[] shifted = bias();
        for (int c = 0; c < shifted.length; c++) {
            long wanted = shifted[c] + Math.round(shifts[c] / accumulatorScale(c));
            // A sixteenth of the range stays for the products: rounding errors are far from it.
            long limit = Math.max(Math.abs((long) shifted[c]), Integer.MAX_VALUE >> 4);
            shifted[c] = (int) Math.clamp(wanted, -limit, limit);
        }
        return new QuantizedLayer(weights, inputScale, shifted);
    }

    /** The real value of one unit of an output channel's accumulator. */
    public double accumulatorScale(int channel) {
        return (double) inputScale * weights.scale(channel);
    }
}
