package dev.octavo.tools.quantize;

import java.util.Arrays;

/**
 * Channels whose variation cannot be seen behind their consumer. Networks trained with weight decay have them, and after
 * BatchNormalization is folded they own the largest weights: with one scale per tensor they erase the live channels.
 */
public final class DeadChannels {
    /** −60 dB at every output of the consumer. */
    public static final double THRESHOLD = 1e-6;

    private static final double DEVIATION_FLOOR = 0.01;

    private DeadChannels() {}

    /**
     * Per channel of a tensor, the largest share of a consumer output's variance that the channel can cause:
     * max_o (Σ_taps |w_oi| / σ_o)²·Var(x_i).
     *
     * @param tensor moments of the tensor
     * @param weights of its only consumer
     * @param deviations σ of each output of the consumer; outputs below a hundredth of the median count as that
     */
    public static double[] influence(Moments tensor, float[] weights, WeightShape shape, double[] deviations) {
        shape.checkSize(weights.length);
        double floor = DEVIATION_FLOOR * median(deviations);
        double[] influence = new double[tensor.channels()];
        for (int channel = 0; channel < shape.channels(); channel++) {
            double deviation = Math.max(deviations[channel], floor);
            int first = shape.inputChannel(channel, 0);
            for (int kernel = 0; kernel < shape.kernels(); kernel++) {
                double magnitude = 0;
                int offset = shape.offset(channel, kernel);
                for (int i = offset; i < offset + shape.taps(); i++) {
                    magnitude += Math.abs(weights[i]);
                }
                int input = first + kernel;
                double gain = magnitude == 0 ? 0 : magnitude / deviation;
                influence[input] = Math.max(influence[input], gain * gain * tensor.variance(input));
            }
        }
        return influence;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
    }
}
