package dev.octavo.tools.simulate;

/**
 * What one value of a graph looked like on some images.
 *
 * @param min least value
 * @param max greatest value
 * @param samples random values of all images, positions and channels; all of them if there were at most
 *     {@link ValueObserver#MAX_SAMPLES}
 * @param mean of each channel
 * @param variance of each channel, about its mean
 */
public record ValueObservation(float min, float max, float[] samples, double[] mean, double[] variance) {
    /** Copies the arrays. */
    public ValueObservation {
        samples = samples.clone();
        mean = mean.clone();
        variance = variance.clone();
    }

    /** Number of channels. */
    public int channels() {
        return mean.length;
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
}
