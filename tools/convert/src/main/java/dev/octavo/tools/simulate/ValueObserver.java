package dev.octavo.tools.simulate;

import dev.octavo.tools.quantize.ValueObservation;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Collects what one value looks like over any number of batches. Samples are random, one of each of many equal runs of values;
 * the same batches and seed give the same samples.
 */
public final class ValueObserver {
    /** Most samples that are kept. */
    public static final int MAX_SAMPLES = 1 << 16;

    private final int channels;
    private final SplittableRandom random;
    private final double[] sums;
    private final double[] squares;
    private final double[] shifts;
    private float[] samples = new float[0];
    private int count;
    private int stride;
    private long next;
    private long seen;
    private float[] peaks = new float[0];
    private int images;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;

    /** For a value of some channels. */
    public ValueObserver(int channels, long seed) {
        this.channels = channels;
        this.random = new SplittableRandom(seed);
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
        int perImage = values.length / batch.images();
        for (int from = 0; from < values.length; from += perImage) {
            addExtremes(values, from, from + perImage);
        }
        sample(values);
        seen += values.length;
    }

    /** Of one image. */
    private void addExtremes(float[] values, int from, int to) {
        float low = values[from];
        float high = low;
        for (int i = from; i < to; i++) {
            low = Math.min(low, values[i]);
            high = Math.max(high, values[i]);
        }
        min = Math.min(min, low);
        max = Math.max(max, high);
        if (images == peaks.length) {
            peaks = Arrays.copyOf(peaks, Math.max(16, 2 * images));
        }
        peaks[images++] = Math.max(Math.abs(low), Math.abs(high));
    }

    /** Moments about these first means lose no digits. */
    private void estimateMeans(float[] values) {
        int positions = Math.min(values.length / channels, 64);
        for (int i = 0; i < positions * channels; i++) {
            shifts[i % channels] += (double) values[i] / positions;
        }
    }

    /** One random value of each run of {@code stride} values. */
    private void sample(float[] values) {
        if (seen == 0) {
            stride = Math.ceilDiv(values.length, MAX_SAMPLES);
            next = random.nextInt(stride);
        }
        while (next < seen + values.length) {
            if (count == MAX_SAMPLES) {
                halve();
                continue;
            }
            if (count == samples.length) {
                samples = Arrays.copyOf(samples, Math.min(MAX_SAMPLES, Math.max(1024, 2 * count)));
            }
            samples[count++] = values[(int) (next - seen)];
            next = (long) count * stride + random.nextInt(stride);
        }
    }

    /** Keeps one of every two neighbours. */
    private void halve() {
        count /= 2;
        for (int i = 0; i < count; i++) {
            samples[i] = samples[2 * i + random.nextInt(2)];
        }
        stride *= 2;
        next = (long) count * stride + random.nextInt(stride);
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
        return new ValueObservation(
                min, max, Arrays.copyOf(samples, count), mean, variance, Arrays.copyOf(peaks, images));
    }
}
