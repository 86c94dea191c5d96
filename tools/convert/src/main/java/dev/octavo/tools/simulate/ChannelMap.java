package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.ChannelStatistics;

/** {@code factor · x + offset} of each channel. */
record ChannelMap(float[] factor, float[] offset) {
    /** What brings every channel of a batch to a mean and a deviation; a channel that does not vary becomes its mean. */
    static ChannelMap standardising(FloatBatch batch, ChannelStatistics wanted) {
        float[] values = batch.values();
        int channels = batch.channels();
        int positions = batch.positions();
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        for (int from = 0; from < values.length; from += channels) {
            for (int c = 0; c < channels; c++) {
                double value = values[from + c];
                sum[c] += value;
                squares[c] += value * value;
            }
        }
        double[] mean = wanted.mean();
        double[] deviation = wanted.deviation();
        float[] factor = new float[channels];
        float[] offset = new float[channels];
        for (int c = 0; c < channels; c++) {
            double actual = sum[c] / positions;
            double variance = squares[c] / positions - actual * actual;
            double k = variance > 1e-12 * squares[c] / positions ? deviation[c] / Math.sqrt(variance) : 0;
            factor[c] = (float) k;
            offset[c] = (float) (mean[c] - k * actual);
        }
        return new ChannelMap(factor, offset);
    }

    void apply(FloatBatch batch) {
        float[] values = batch.values();
        int channels = batch.channels();
        for (int from = 0; from < values.length; from += channels) {
            for (int c = 0; c < channels; c++) {
                values[from + c] = values[from + c] * factor[c] + offset[c];
            }
        }
    }
}
