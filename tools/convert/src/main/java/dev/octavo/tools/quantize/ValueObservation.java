package dev.octavo.tools.quantize;

/**
 * What one value of a graph looked like on some images.
 *
 * @param min least value
 * @param max greatest value
 * @param samples random values of all images, positions and channels, or all of them if they were few
 * @param mean of each channel
 * @param variance of each channel, about its mean
 * @param peaks the largest magnitude of each image, in the order in which they were seen
 */
public record ValueObservation(float min, float max, float[] samples, double[] mean, double[] variance, float[] peaks) {
    /** Copies the arrays. */
    public ValueObservation {
        samples = samples.clone();
        mean = mean.clone();
        variance = variance.clone();
        peaks = peaks.clone();
    }

    /** Number of channels. */
    public int channels() {
        return mean.length;
    }

    /** Means and variances of the channels. */
    public Moments moments() {
        return Moments.of(mean, variance);
    }

    @Override
    public float[] samples() {
        return samples.clone();
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[] variance() {
        return variance.clone();
    }

    @Override
    public float[] peaks() {
        return peaks.clone();
    }

    /** The largest magnitude. */
    public double largest() {
        return Math.max(Math.abs(min), Math.abs(max));
    }

    /** How often magnitudes occur among the samples. */
    MagnitudeHistogram histogram() {
        MagnitudeHistogram histogram = new MagnitudeHistogram(largest());
        histogram.add(samples);
        return histogram;
    }
}
