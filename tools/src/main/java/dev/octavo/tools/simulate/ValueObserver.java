package dev.octavo.tools.simulate;

import java.util.Arrays;
import java.util.Random;

/**
 * Collects what one value looks like over any number of batches. Samples are a reservoir (Li, "Reservoir-sampling
 * algorithms of time complexity O(n(1 + log(N/n)))", 1994, algorithm L): the same batches and seed give the same samples.
 */
public final class ValueObserver {
    /** Most samples that are kept. */
    public static final int MAX_SAMPLES = 100_000;

    private final int channels;
    private final Random random;
    private final double[] sums;
    private final double[] squares;
    private final double[] shifts;
    private float[] samples = new float[0];
    private double weight = 1;
    private long next;
    private long seen;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;

    /** For a value of some channels. */
    public ValueObserver(int channels, long seed) {
        this.channels = channels;
        this.random = new Random(seed);
        this.sums = new double[channels];
        this.squares = new double[channels];
        this.shifts = new double[channels];
    }

    /** Takes a batch in. */
    public void add(FloatBatch batch) {
        if (batch.channels() != channels) {
            throw new IllegalArgumentException(batch + " for " + channels + " channels");
        }
        float[] values = batch.values();
        if (seen == 0) {
            estimateMeans(values);
        }
        for (int from = 0; from < values.length; from += channels) {
            for (int c = 0; c < channels; c++) {
                double value = values[from + c] - shifts[c];
                sums[c] += value;
                squares[c] += value * value;
            }
        }
        float low = min;
        float high = max;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        min = low;
        max = high;
        sample(values);
        seen += values.length;
    }

    /** Moments about these first means lose no digits. */
    private void estimateMeans(float[] values) {
        int positions = Math.min(values.length / channels, 64);
        for (int i = 0; i < positions * channels; i++) {
            shifts[i % channels] += (double) values[i] / positions;
        }
    }

    private void sample(float[] values) {
        int filled = (int) Math.min(seen, MAX_SAMPLES);
        int taken = Math.min(MAX_SAMPLES - filled, values.length);
        if (taken > 0) {
            samples = Arrays.copyOf(samples, filled + taken);
            System.arraycopy(values, 0, samples, filled, taken);
            if (samples.length == MAX_SAMPLES) {
                next = MAX_SAMPLES - 1;
                skip();
            }
        }
        while (samples.length == MAX_SAMPLES && next < seen + values.length) {
            samples[random.nextInt(MAX_SAMPLES)] = values[(int) (next - seen)];
            skip();
        }
    }

    private void skip() {
        weight *= Math.exp(Math.log(1 - random.nextDouble()) / MAX_SAMPLES);
        next += (long) Math.floor(Math.log(1 - random.nextDouble()) / Math.log1p(-weight)) + 1;
    }

    /**
     * What has been seen so far.
     *
     * @throws IllegalStateException if no batch has been added
     */
    public ValueObservation observation() {
        if (seen == 0) {
            throw new IllegalStateException("nothing was observed");
        }
        long positions = seen / channels;
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        for (int c = 0; c < channels; c++) {
            double shifted = sums[c] / positions;
            mean[c] = shifts[c] + shifted;
            variance[c] = Math.max(0, squares[c] / positions - shifted * shifted);
        }
        return new ValueObservation(min, max, samples.clone(), mean, variance);
    }
}
