package dev.octavo.tools.quantize;

import java.util.stream.DoubleStream;

/** Mean and variance of each channel of a tensor. */
public final class Moments {
    private final double[] mean;
    private final double[] variance;

    Moments(double[] mean, double[] variance) {
        this.mean = mean;
        this.variance = variance;
    }

    /** Takes one mean and one variance, not negative, per channel. */
    public static Moments of(double[] mean, double[] variance) {
        if (mean.length != variance.length) {
            throw new IllegalArgumentException(mean.length + " means and " + variance.length + " variances");
        }
        return new Moments(mean.clone(), variance.clone());
    }

    /** Tells whether all means and variances are finite numbers. */
    public boolean isFinite() {
        return DoubleStream.concat(DoubleStream.of(mean), DoubleStream.of(variance))
                .allMatch(Double::isFinite);
    }

    /** Number of channels. */
    public int channels() {
        return mean.length;
    }

    /** Mean of a channel. */
    public double mean(int channel) {
        return mean[channel];
    }

    /** Variance of a channel. */
    public double variance(int channel) {
        return variance[channel];
    }

    /**
     * Of the sum of two tensors.
     *
     * @param correlation of their values in each channel, in [−1, 1]
     */
    public Moments plus(Moments other, double correlation) {
        if (other.channels() != channels()) {
            throw new IllegalArgumentException(channels() + " channels plus " + other.channels());
        }
        double[] means = mean.clone();
        double[] variances = variance.clone();
        for (int c = 0; c < means.length; c++) {
            means[c] += other.mean[c];
            variances[c] += other.variance[c] + 2 * correlation * Math.sqrt(variance[c] * other.variance[c]);
        }
        return new Moments(means, variances);
    }

    /** The normals of the same moments. */
    public ClippedNormals normals() {
        double[] deviation = new double[variance.length];
        for (int c = 0; c < deviation.length; c++) {
            deviation[c] = Math.sqrt(variance[c]);
        }
        return ClippedNormals.of(mean, deviation);
    }
}
