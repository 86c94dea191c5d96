package dev.octavo.tools.quantize;

/**
 * How often magnitudes of a tensor's values occur: {@value #BINS} bins of equal width from 0 to the largest. Exact zeros
 * are not counted, since every scale represents them.
 */
public final class MagnitudeHistogram {
    /** Number of bins. */
    public static final int BINS = 2048;

    private final double largest;
    private final double width;
    private final double[] counts = new double[BINS];
    private final double[] sums = new double[BINS];
    private long total;

    /** An empty histogram of values whose magnitudes do not exceed {@code largest}, which is not negative. */
    public MagnitudeHistogram(double largest) {
        this.largest = largest;
        this.width = largest / BINS;
    }

    /** Of some values. */
    public static MagnitudeHistogram of(float... values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        MagnitudeHistogram histogram = new MagnitudeHistogram(largest);
        histogram.add(values);
        return histogram;
    }

    /** Takes values in. */
    public void add(float[] values) {
        total += values.length;
        if (largest == 0) {
            return;
        }
        for (float value : values) {
            double magnitude = Math.abs(value);
            if (magnitude > 0) {
                int bin = (int) Math.min(BINS - 1, magnitude / width);
                counts[bin]++;
                sums[bin] += magnitude;
            }
        }
    }

    /** The largest magnitude. */
    double largest() {
        return largest;
    }

    /** The width of a bin. */
    double width() {
        return width;
    }

    /** How many values a bin holds. */
    double count(int bin) {
        return counts[bin];
    }

    /** How many values there are, zeros included. */
    long total() {
        return total;
    }

    /** The upper edge of the first bin up to which a part of all values lies, zeros included. */
    double percentile(double percent) {
        double positive = 0;
        for (double count : counts) {
            positive += count;
        }
        double wanted = percent / 100 * total;
        double below = total - positive;
        for (int bin = 0; bin < BINS && below < wanted; bin++) {
            below += counts[bin];
            if (below >= wanted) {
                return (bin + 1) * width;
            }
        }
        return below >= wanted && positive == 0 ? 0 : largest;
    }

    /**
     * The mean power of the error of clipping and rounding the values.
     *
     * @param threshold the magnitude of the largest integer, positive
     * @param steps the largest integer
     * @param power p of the mean of |error|^p
     */
    double error(double threshold, int steps, double power) {
        double step = threshold / steps;
        double uniform = Math.pow(step / 2, power) / (power + 1);
        double sum = 0;
        for (int bin = 0; bin < BINS; bin++) {
            if (counts[bin] == 0) {
                continue;
            }
            double value = sums[bin] / counts[bin];
            if (value > threshold) {
                sum += counts[bin] * Math.pow(value - threshold, power);
            } else if (step < 4 * width) {
                sum += counts[bin] * uniform;
            } else {
                double error = Math.abs(value - step * Math.rint(value / step));
                sum += counts[bin] * Math.pow(error, power);
            }
        }
        return sum / total;
    }
}
