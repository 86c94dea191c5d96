package dev.octavo.tools.graph;

import java.util.Arrays;

/**
 * What is known of a value's distribution without data: each channel is modelled as normal, with these moments, before
 * any activation that follows.
 *
 * @param mean per channel: β of the batch normalization, or as sampled
 * @param deviation per channel, not negative: {@code |γ| · sqrt(variance / (variance + epsilon))}, since with a dead
 *     channel |γ| itself says nothing; or as sampled
 * @param least value of each channel that was seen when the network ran; ∞ if it did not
 * @param greatest value of each channel that was seen when the network ran; −∞ if it did not
 */
public record ChannelStatistics(double[] mean, double[] deviation, double[] least, double[] greatest) {
    /** Copies the arguments. */
    public ChannelStatistics {
        mean = mean.clone();
        deviation = deviation.clone();
        least = least.clone();
        greatest = greatest.clone();
        if (mean.length != deviation.length || mean.length != least.length || mean.length != greatest.length) {
            throw new IllegalArgumentException(mean.length + " means, " + deviation.length + " deviations and "
                    + least.length + " and " + greatest.length + " extremes");
        }
    }

    /** Creates statistics of a value that was not seen. */
    public ChannelStatistics(double[] mean, double[] deviation) {
        this(mean, deviation, all(mean.length, Double.POSITIVE_INFINITY), all(mean.length, Double.NEGATIVE_INFINITY));
    }

    private static double[] all(int channels, double value) {
        double[] values = new double[channels];
        Arrays.fill(values, value);
        return values;
    }

    /** Number of channels. */
    public int channels() {
        return mean.length;
    }

    /** Whether a channel was seen when the network ran. */
    public boolean seen(int channel) {
        return least[channel] <= greatest[channel];
    }

    /** Returns the statistics of the same values, each less an amount of its channel and then divided by one. */
    public ChannelStatistics transformed(double[] shifts, double[] divisors) {
        double[][] changed = {mean(), deviation(), least(), greatest()};
        for (int c = 0; c < mean.length; c++) {
            changed[0][c] = (mean[c] - shifts[c]) / divisors[c];
            changed[1][c] = deviation[c] / divisors[c];
            changed[2][c] = (least[c] - shifts[c]) / divisors[c];
            changed[3][c] = (greatest[c] - shifts[c]) / divisors[c];
        }
        return new ChannelStatistics(changed[0], changed[1], changed[2], changed[3]);
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[] deviation() {
        return deviation.clone();
    }

    @Override
    public double[] least() {
        return least.clone();
    }

    @Override
    public double[] greatest() {
        return greatest.clone();
    }
}
