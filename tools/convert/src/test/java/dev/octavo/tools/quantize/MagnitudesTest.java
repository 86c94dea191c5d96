package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thresholds of 10 000 magnitudes of a normal distribution and one outlier. */
class MagnitudesTest {
    static final float[] SAMPLES = samples();

    private static float[] samples() {
        float[] samples = new float[10_001];
        for (int i = 0; i < 10_000; i++) {
            double low = -8;
            double high = 8;
            for (int step = 0; step < 60; step++) {
                double middle = (low + high) / 2;
                if (Normal.cumulative(middle) < (i + 0.5) / 10_000) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            samples[i] = (float) Math.abs(low);
        }
        samples[10_000] = 12;
        return samples;
    }

    @ParameterizedTest
    @CsvSource({"99, 2.57930268", "99.9, 3.32005412", "99.99, 3.89059189", "99.999, 12"})
    void percentileByRank(double percent, double expected) {
        double[] values = new double[SAMPLES.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = SAMPLES[i];
        }
        assertThat(Percentiles.nearestRank(values, percent)).isCloseTo(expected, within(1e-6));
        assertThat(MagnitudeHistogram.of(SAMPLES).percentile(percent))
                .as("the upper edge of the bin")
                .isBetween(expected, expected + 12.0 / MagnitudeHistogram.BINS);
    }

    @Test
    void entropy() {
        EntropyThreshold entropy = new EntropyThreshold(MagnitudeHistogram.of(SAMPLES), 128);
        assertThat(entropy.bins(EntropyThreshold::tensorRt)).isEqualTo(665);
        assertThat(entropy.tensorRt(665)).isCloseTo(0.00134651, within(1e-7));
        assertThat(entropy.threshold(EntropyThreshold::tensorRt)).isCloseTo(3.89941, within(1e-5));
        assertThat(entropy.bins(EntropyThreshold::ncnn)).isEqualTo(665);
        assertThat(entropy.ncnn(665)).isCloseTo(0.00415653, within(1e-7));
        assertThat(entropy.threshold(EntropyThreshold::ncnn)).isCloseTo(3.89941, within(1e-5));
    }

    @Test
    void meanSquaredError() {
        MagnitudeHistogram histogram = MagnitudeHistogram.of(SAMPLES);
        assertThat(histogram.error(11.4, 127, 2)).isCloseTo(7.0723e-4, within(2e-7));
        assertThat(histogram.error(12, 127, 2)).isCloseTo(7.4368e-4, within(2e-7));
    }
}
