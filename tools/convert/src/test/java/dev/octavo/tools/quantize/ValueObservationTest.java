package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueObservationTest {
    private static final double[] BETA = {.3, -1, 2};
    private static final double[] GAMMA = {.8, .5, 3};

    private static ValueObservation samples(ClippedNormals model, int perChannel) {
        Random random = new Random(1);
        int channels = model.channels();
        float[] samples = new float[channels * perChannel];
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < samples.length; i++) {
            int c = i % channels;
            double value = model.beta(c) + model.gamma(c) * random.nextGaussian();
            samples[i] = (float) Math.clamp(value, model.low(), model.high(c));
            min = Math.min(min, samples[i]);
            max = Math.max(max, samples[i]);
        }
        return new ValueObservation(min, max, samples, new double[channels], new double[channels], new float[channels]);
    }

    /** Samples of a model have to lead where the model leads. */
    @ParameterizedTest
    @CsvSource({".25, 15, 10.2957", ".25, 7, 8.6654", ".5, 15, 11.9140", ".25, 255, 15.4478"})
    void robustRangesOfSamplesAgreeWithThoseOfTheirModel(double octaves, int levels, double expected) {
        ClippedNormals model = ClippedNormals.of(BETA, GAMMA).relu();
        IntegerRange range = new IntegerRange(0, levels);
        RangeRule rule = new RangeRule.RobustLeastSquares(octaves);
        assertThat(rule.threshold(model, range)).isCloseTo(expected, within(1e-3));
        assertThat(rule.threshold(model, samples(model, 200_000), range)).isCloseTo(expected, within(0.06 * expected));
    }

    @Test
    void aCapHoldsForWhatDoubtScales() {
        ClippedNormals model =
                ClippedNormals.of(new double[] {5}, new double[] {2}).clip(0, 6);
        assertThat(new RangeRule.RobustLeastSquares(1)
                        .threshold(model, samples(model, 50_000), IntegerRange.unsigned(8)))
                .isCloseTo(6, within(0.1));
    }

    @Test
    void aTensorOfZerosHasNoRange() {
        ClippedNormals model = ClippedNormals.of(new double[1], new double[1]).relu();
        assertThat(new RangeRule.LeastSquares().threshold(model, samples(model, 10), IntegerRange.unsigned(8)))
                .isZero();
    }
}
