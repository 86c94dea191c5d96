package dev.octavo.tools.compare;

import dev.octavo.tools.graph.ChannelTransform;
import dev.octavo.tools.simulate.FloatBatch;
import java.util.stream.LongStream;

/** Collects how one value of a model differs from the float network's, over any number of batches. */
final class ErrorStatistics {
    private static final int BINS = 64;

    /** Part of the range of codes that the bins extend beyond it, on each side. */
    private static final double MARGIN = 0.125;

    private final StoredRange range;
    private final double[] steps;
    private final double[] zeros;
    private final double low;
    private final double width;
    private final double[] errors;
    private final long[] reference = new long[BINS];
    private final long[] actual = new long[BINS];
    private long positions;
    private long saturated;
    private double signal;
    private double actualSignal;
    private double product;
    private double noise;

    /**
     * For one tensor.
     *
     * @param scale real value of one step
     */
    ErrorStatistics(StoredRange range, double scale, ChannelTransform original) {
        this.range = range;
        steps = new double[original.channels()];
        zeros = new double[original.channels()];
        float[] factors = original.factors();
        float[] offsets = original.offsets();
        for (int c = 0; c < steps.length; c++) {
            steps[c] = factors[c] * scale;
            zeros[c] = offsets[c];
        }
        double extent = range.highest() - range.low();
        low = range.low() - MARGIN * extent;
        width = (1 + 2 * MARGIN) * extent / BINS;
        errors = new double[steps.length];
    }

    /** Takes in a batch of the float network's values and one of the model's, both in the network's units. */
    void add(FloatBatch expected, FloatBatch computed) {
        float[] z = expected.values();
        float[] other = computed.values();
        int channels = steps.length;
        positions += z.length / channels;
        for (int from = 0; from < z.length; from += channels) {
            for (int c = 0; c < channels; c++) {
                double value = z[from + c];
                double stored = other[from + c];
                double error = stored - value;
                signal += value * value;
                actualSignal += stored * stored;
                product += value * stored;
                noise += error * error;
                errors[c] += error;
                if (steps[c] == 0) {
                    continue;
                }
                double code = (value - zeros[c]) / steps[c];
                if (code > range.high(c) + 0.5 || code < range.low() - 0.5) {
                    saturated++;
                }
                reference[bin(code)]++;
                actual[bin((stored - zeros[c]) / steps[c])]++;
            }
        }
    }

    private int bin(double code) {
        return (int) Math.clamp(Math.floor((code - low) / width), 0, BINS - 1);
    }

    double signal() {
        return signal;
    }

    double sqnrDb() {
        return Decibels.ratio(signal, noise);
    }

    double cosine() {
        return signal == 0 || actualSignal == 0 ? 1 : product / Math.sqrt(signal * actualSignal);
    }

    /** The channel with the largest mean error. */
    int biasChannel() {
        int worst = 0;
        for (int c = 1; c < steps.length; c++) {
            if (Math.abs(bias(c)) > Math.abs(bias(worst))) {
                worst = c;
            }
        }
        return worst;
    }

    /** Mean error of a channel, in steps; 0 of one that was made constant. */
    double bias(int channel) {
        return steps[channel] == 0 ? 0 : errors[channel] / positions / steps[channel];
    }

    double saturation() {
        return (double) saturated / (positions * steps.length);
    }

    Histogram histogram() {
        return new Histogram(
                low,
                width,
                LongStream.of(reference).boxed().toList(),
                LongStream.of(actual).boxed().toList());
    }
}
