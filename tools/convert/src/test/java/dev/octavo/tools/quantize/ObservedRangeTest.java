package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservedRangeTest {
    private static final IntegerRange SIGNED = IntegerRange.signed(8);
    private static final ClippedNormals ANY = ClippedNormals.of(new double[] {0}, new double[] {1});

    private static ValueObservation observed(float[] samples, float... peaks) {
        float min = 0;
        float max = 0;
        for (float sample : samples) {
            min = Math.min(min, sample);
            max = Math.max(max, sample);
        }
        return new ValueObservation(min, max, samples, new double[1], new double[1], peaks);
    }

    private static double threshold(RangeRule rule, IntegerRange range) {
        return rule.threshold(ANY, observed(MagnitudesTest.SAMPLES), range);
    }

    @ParameterizedTest
    @CsvSource({"99, 2.57930268", "99.9, 3.32005412", "99.99, 3.89059189", "99.999, 12", "100, 12"})
    void percentile(double percent, double expected) {
        assertThat(threshold(new ObservedRange.Percentile(percent), SIGNED)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void entropy() {
        assertThat(threshold(new ObservedRange.Entropy(), SIGNED)).isCloseTo(3.89941, within(1e-5));
        assertThat(threshold(new ObservedRange.NcnnEntropy(), SIGNED)).isCloseTo(3.89941, within(1e-5));
        assertThat(threshold(new ObservedRange.Entropy(), IntegerRange.signed(4)))
                .as("fewer levels clip more")
                .isLessThan(3.5);
    }

    /** The errors of neighbouring thresholds hardly differ for the fourth power: there one step of the search may be missed. */
    @ParameterizedTest
    @CsvSource({"2, 11.40, 0", "2.4, 11.76, 0", "3, 11.88, 0", "4, 11.94, 1"})
    void leastPower(double power, double expected, int steps) {
        assertThat(threshold(new ObservedRange.LeastPower(power), SIGNED))
                .isCloseTo(expected, within(steps * 12 / 200.0 + 1e-6));
    }

    @Test
    void extremes() {
        ValueObservation observation = observed(new float[] {-3, 1, 2}, 1, 2, 3);
        assertThat(new ObservedRange.MinMax().threshold(ANY, observation, SIGNED))
                .isEqualTo(3);
        assertThat(new ObservedRange.MeanPeak().threshold(ANY, observation, SIGNED))
                .isEqualTo(2);
        // 1, then 1 + ½·(2 − 1), then 1.5 + ½·(3 − 1.5)
        assertThat(new ObservedRange.MovingAverage(0.5).threshold(ANY, observation, SIGNED))
                .isEqualTo(2.25);
    }

    @Test
    void zerosHaveNoRange() {
        for (RangeRule rule : List.of(
                new ObservedRange.MinMax(),
                new ObservedRange.MovingAverage(.01),
                new ObservedRange.MeanPeak(),
                new ObservedRange.Percentile(99),
                new ObservedRange.Entropy(),
                new ObservedRange.NcnnEntropy(),
                new ObservedRange.LeastPower(2))) {
            assertThat(rule.threshold(ANY, observed(new float[5], 0), SIGNED))
                    .as("%s", rule)
                    .isZero();
            assertThatThrownBy(() -> rule.threshold(ANY, SIGNED)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new ObservedRange.MovingAverage(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObservedRange.Percentile(101)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObservedRange.LeastPower(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
