package dev.octavo.tools.quantize;

import java.util.Arrays;

/**
 * Scales of symmetric weight grids, w ≈ scale · q. They are float32, as stored in a model, and rounding uses the stored
 * value. Weights that are all zero get the scale 1.
 */
public final class WeightScales {
    private WeightScales() {}

    /**
     * The scales of a layer's weights.
     *
     * @param rule chooses the magnitude that becomes the largest integer
     * @return one scale, or one per output channel
     */
    public static float[] of(
            float[] weights, WeightShape shape, WeightScope scope, WeightRange rule, IntegerRange range) {
        shape.checkSize(weights.length);
        return switch (scope) {
            case TENSOR -> new float[] {scale(rule.threshold(weights, 0, weights.length, range), range)};
            case CHANNEL -> {
                double[] thresholds = thresholds(weights, shape, rule, range);
                float[] scales = new float[thresholds.length];
                for (int channel = 0; channel < scales.length; channel++) {
                    scales[channel] = scale(thresholds[channel], range);
                }
                yield scales;
            }
            case CHANNEL_POW2 -> powersOfTwo(thresholds(weights, shape, rule, range), range);
        };
    }

    private static double[] thresholds(float[] weights, WeightShape shape, WeightRange rule, IntegerRange range) {
        double[] thresholds = new double[shape.channels()];
        for (int channel = 0; channel < thresholds.length; channel++) {
            int from = shape.offset(channel, 0);
            thresholds[channel] = rule.threshold(weights, from, from + shape.weightsPerChannel(), range);
        }
        return thresholds;
    }

    /** The scale of the widest channel, halved for each other channel as often as its threshold allows. */
    private static float[] powersOfTwo(double[] thresholds, IntegerRange range) {
        double widest = Arrays.stream(thresholds).max().orElse(0);
        float[] scales = new float[thresholds.length];
        for (int channel = 0; channel < scales.length; channel++) {
            int halvings = thresholds[channel] == 0 ? 0 : Math.getExponent(widest / thresholds[channel]);
            float scale = scale(Math.scalb(widest, -halvings), range);
            scales[channel] = scale;
        }
        return scales;
    }

    static float scale(double threshold, IntegerRange range) {
        float scale = (float) (threshold / range.high());
        return scale >= Float.MIN_NORMAL ? scale : 1;
    }
}
