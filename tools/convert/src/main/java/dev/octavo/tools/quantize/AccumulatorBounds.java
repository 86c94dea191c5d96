package dev.octavo.tools.quantize;

/**
 * The integers between which the accumulator of one output channel stays, whatever the input: each weight takes the
 * input that suits it best or worst.
 *
 * @param low of the final sum
 * @param high of the final sum
 * @param magnitude an upper bound of |sum| in any order of summation, with the bias added at any point
 */
public record AccumulatorBounds(long low, long high, long magnitude) {
    private static final long EXACT_IN_FLOAT = 1L << 24;
    private static final double BEYOND_BYTES = 256;

    /**
     * The bounds of one output channel.
     *
     * @param inputs integers the input may hold, padding included
     */
    public static AccumulatorBounds of(QuantizedWeights weights, int channel, IntegerRange inputs, long bias) {
        int from = weights.shape().offset(channel, 0);
        long positive = 0;
        long negative = 0;
        for (int i = from; i < from + weights.shape().weightsPerChannel(); i++) {
            int weight = weights.values()[i];
            positive += Math.max(0, weight);
            negative += Math.min(0, weight);
        }
        long low = positive * inputs.low() + negative * inputs.high();
        long high = positive * inputs.high() + negative * inputs.low();
        return new AccumulatorBounds(low + bias, high + bias, Math.max(-low, high) + Math.abs(bias));
    }

    /** Whether no partial sum can leave 32 bits. */
    public boolean fitsInt32() {
        return magnitude <= Integer.MAX_VALUE;
    }

    /**
     * Whether requantization may be computed in float32: every accumulator is exact there, or those that are not saturate
     * the result whatever is added to them.
     *
     * @param residual largest magnitude, in steps of the output, of what is added before the clamp; 0 for nothing
     */
    public boolean exactInFloat32(double multiplier, double residual) {
        return Math.max(-low, high) <= EXACT_IN_FLOAT || multiplier * EXACT_IN_FLOAT >= BEYOND_BYTES + residual;
    }
}
