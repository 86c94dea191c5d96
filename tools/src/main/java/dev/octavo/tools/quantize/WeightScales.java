package dev.octavo.tools.quantize;

/**
 * Scales of symmetric weight grids, w ≈ scale · q. They are float32, as stored in a model, and rounding uses the stored
 * value. Weights that are all zero get the scale 1.
 */
public final class WeightScales {
    private static final int CANDIDATES = 100;

    private WeightScales() {}

    /** One scale that maps the largest absolute weight to the largest integer. */
    public static float perTensor(float[] weights, IntegerRange range) {
        return scale(largestMagnitude(weights, 0, weights.length), range);
    }

    /** The same with one scale per output channel. */
    public static float[] perChannel(float[] weights, WeightShape shape, IntegerRange range) {
        shape.checkSize(weights.length);
        float[] scales = new float[shape.channels()];
        for (int channel = 0; channel < scales.length; channel++) {
            int from = shape.offset(channel, 0);
            scales[channel] = scale(largestMagnitude(weights, from, from + shape.weightsPerChannel()), range);
        }
        return scales;
    }

    /** One scale, possibly clipping, of least squared rounding error; pays for 6 bits and fewer. */
    public static float leastSquaresPerTensor(float[] weights, IntegerRange range) {
        return leastSquares(weights, 0, weights.length, range);
    }

    /** The same with one scale per output channel. */
    public static float[] leastSquaresPerChannel(float[] weights, WeightShape shape, IntegerRange range) {
        shape.checkSize(weights.length);
        float[] scales = new float[shape.channels()];
        for (int channel = 0; channel < scales.length; channel++) {
            int from = shape.offset(channel, 0);
            scales[channel] = leastSquares(weights, from, from + shape.weightsPerChannel(), range);
        }
        return scales;
    }

    private static float leastSquares(float[] weights, int from, int to, IntegerRange range) {
        double largest = largestMagnitude(weights, from, to);
        float best = scale(largest, range);
        double leastError = squaredError(weights, from, to, best, range);
        for (int i = 1; i < CANDIDATES; i++) {
            float candidate = scale(largest * i / CANDIDATES, range);
            double error = squaredError(weights, from, to, candidate, range);
            if (error < leastError) {
                leastError = error;
                best = candidate;
            }
        }
        return best;
    }

    private static double squaredError(float[] weights, int from, int to, float scale, IntegerRange range) {
        float inverse = 1 / scale;
        double sum = 0;
        for (int i = from; i < to; i++) {
            float x = weights[i] * inverse;
            float rounded = Math.clamp((float) Math.rint(x), range.low(), range.high());
            float error = rounded - x;
            sum += error * error;
        }
        return sum * scale * scale;
    }

    private static float scale(double threshold, IntegerRange range) {
        float scale = (float) (threshold / range.high());
        return scale >= Float.MIN_NORMAL ? scale : 1;
    }

    private static float largestMagnitude(float[] weights, int from, int to) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(weights[i]));
        }
        if (!Float.isFinite(largest)) {
            throw new IllegalArgumentException("a weight is infinite or not a number");
        }
        return largest;
    }
}
