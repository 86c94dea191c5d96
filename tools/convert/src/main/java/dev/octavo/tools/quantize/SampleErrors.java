package dev.octavo.tools.quantize;

/**
 * The mean squared error of clipping and rounding samples of a tensor, from a histogram of their magnitudes. Exact zeros
 * cost nothing.
 */
final class SampleErrors {
    private static final int BINS = 2048;

    private final IntegerRange range;
    private final double largest;
    private final double width;
    private final double[] counts = new double[BINS];
    private final double[] sums = new double[BINS];

    SampleErrors(ValueObservation observation, IntegerRange range) {
        this.range = range;
        float[] samples = observation.samples();
        double most = range.low() < 0 ? Math.max(observation.max(), -observation.min()) : observation.max();
        largest = Math.max(0, most);
        width = largest / BINS;
        for (float sample : samples) {
            double magnitude = range.low() < 0 ? Math.abs(sample) : sample;
            if (magnitude > 0) {
                int bin = (int) Math.min(BINS - 1, magnitude / width);
                counts[bin]++;
                sums[bin] += magnitude;
            }
        }
        for (int b = 0; b < BINS; b++) {
            counts[b] /= samples.length;
            sums[b] /= samples.length;
        }
    }

    /** The greatest magnitude that was seen. */
    double largest() {
        return largest;
    }

    /**
     * The error if every value were {@code factor} times as large, but at most {@code cap}.
     *
     * @param threshold real value of the largest integer, positive
     */
    double squaredError(double threshold, double factor, double cap) {
        double step = threshold / range.high();
        boolean fine = step < 4 * width * factor;
        double sum = 0;
        for (int b = 0; b < BINS; b++) {
            if (counts[b] > 0) {
                double value = Math.min(cap, factor * sums[b] / counts[b]);
                if (value > threshold) {
                    sum += counts[b] * (value - threshold) * (value - threshold);
                } else if (fine) {
                    sum += counts[b] * step * step / 12;
                } else {
                    double error = value - step * Math.rint(value / step);
                    double spread = factor * width;
                    sum += counts[b] * (error * error + spread * spread / 12);
                }
            }
        }
        return sum;
    }
}
