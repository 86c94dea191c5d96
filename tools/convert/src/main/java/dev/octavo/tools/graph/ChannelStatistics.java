package dev.octavo.tools.graph;

/**
 * What is known of a value's distribution without data: each channel is modelled as normal, with these moments, before
 * any activation that follows.
 *
 * @param mean per channel: β of the batch normalization
 * @param deviation per channel, not negative: {@code |γ| · sqrt(variance / (variance + epsilon))}, since with a dead
 *     channel |γ| itself says nothing
 */
public record ChannelStatistics(double[] mean, double[] deviation) {
    /** Copies the arguments. */
    public ChannelStatistics {
        mean = mean.clone();
        deviation = deviation.clone();
        if (mean.length != deviation.length) {
            throw new IllegalArgumentException(mean.length + " means and " + deviation.length + " deviations");
        }
    }

    /** Number of channels. */
    public int channels() {
        return mean.length;
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[] deviation() {
        return deviation.clone();
    }
}
