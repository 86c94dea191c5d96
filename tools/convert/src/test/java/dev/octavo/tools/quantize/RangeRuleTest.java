package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeRuleTest {
    private static final ClippedNormals THREE_CHANNELS = ClippedNormals.of(
                    new double[] {.3, -1, 2}, new double[] {.8, .5, 3})
            .relu();

    @ParameterizedTest
    @CsvSource({"127,12.9558", "255,13.8896", "63,11.9547", "15,9.6521", "7,8.2417"})
    void leastSquares(int levels, double expected) {
        assertThat(new RangeRule.LeastSquares().threshold(THREE_CHANNELS, new IntegerRange(0, levels)))
                .isCloseTo(expected, within(1e-4));
    }

    @ParameterizedTest
    @CsvSource({
        ".25,127,14.2920", ".25,255,15.4478", ".25,15,10.2957", ".25,7,8.6654",
        ".5,127,16.9253", ".5,255,18.3306", ".5,15,11.9140", ".5,7,9.8237",
        "1,127,23.9348", "1,255,25.9231", "1,15,16.7931", "1,7,13.7074"
    })
    void robustLeastSquares(double octaves, int levels, double expected) {
        assertThat(new RangeRule.RobustLeastSquares(octaves).threshold(THREE_CHANNELS, new IntegerRange(0, levels)))
                .isCloseTo(expected, within(1e-4));
    }

    @ParameterizedTest
    @CsvSource({"12.956,1.3601e-3", "20,2.9273e-3", "51.698,1.9559e-2"})
    void expectedSquaredError(double threshold, double expected) {
        var model = new ClippingModel(THREE_CHANNELS, new IntegerRange(0, 127));
        assertThat(model.squaredError(threshold, 1)).isCloseTo(expected, within(1e-3 * expected));
    }

    @ParameterizedTest
    @CsvSource({"7,2.4738", "15,2.8987", "31,3.2701", "63,3.6075", "127,3.9205", "255,4.2148"})
    void leastSquaresOfAHalfNormal(int levels, double expected) {
        var normal = ClippedNormals.of(new double[] {0}, new double[] {1}).relu();
        assertThat(new RangeRule.LeastSquares().threshold(normal, new IntegerRange(0, levels)))
                .isCloseTo(expected, within(1e-3));
    }

    @ParameterizedTest
    @CsvSource({"3,1.9521", "4,2.4738", "5,2.8989", "6,3.2701", "7,3.6078", "8,3.9201"})
    void leastSquaresOfANormal(int bits, double expected) {
        var normal = ClippedNormals.of(new double[] {0}, new double[] {1});
        assertThat(new RangeRule.LeastSquares().threshold(normal, IntegerRange.signed(bits)))
                .isCloseTo(expected, within(0.03));
    }

    @Test
    void sixDeviations() {
        IntegerRange unsigned = IntegerRange.unsigned(8);
        assertThat(RangeRule.sixDeviations().threshold(THREE_CHANNELS, unsigned))
                .isCloseTo(20, within(1e-9));
        var signed = ClippedNormals.of(new double[] {-3, 1}, new double[] {1, 1});
        assertThat(RangeRule.sixDeviations().threshold(signed, IntegerRange.signed(8)))
                .isEqualTo(9);
        assertThat(RangeRule.sixDeviations().threshold(THREE_CHANNELS.clip(0, 6), unsigned))
                .isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource({"4,24.815", "6,28.951", "8,51.698"})
    void deviationFactor(int bits, double expected) {
        assertThat(new RangeRule.DeviationFactor(bits).threshold(THREE_CHANNELS, IntegerRange.signed(bits)))
                .isCloseTo(expected, within(1e-3));
    }

    @Test
    void deviationFactorOfOneChannel() {
        var normal = ClippedNormals.of(new double[] {0}, new double[] {1});
        assertThat(new RangeRule.DeviationFactor(8).threshold(normal.relu(), IntegerRange.unsigned(8)))
                .isCloseTo(25 * Math.sqrt(1 - 2 / Math.PI), within(1e-9));
        assertThat(new RangeRule.DeviationFactor(8).threshold(normal, IntegerRange.signed(8)))
                .isCloseTo(20, within(1e-9));
    }

    @Test
    void noRuleExceedsTheBoundsOfTheTensor() {
        var bounded = THREE_CHANNELS.clip(0, new double[] {1, 2, 3});
        for (RangeRule rule : new RangeRule[] {
            RangeRule.sixDeviations(),
            new RangeRule.LeastSquares(),
            new RangeRule.RobustLeastSquares(1),
            new RangeRule.DeviationFactor(8)
        }) {
            assertThat(rule.threshold(bounded, IntegerRange.unsigned(8))).isBetween(1.0, 3.0);
        }
    }

    @Test
    void aTensorOfZerosHasNoRange() {
        var zeros = ClippedNormals.of(new double[2], new double[2]).relu();
        assertThat(RangeRule.sixDeviations().threshold(zeros, IntegerRange.unsigned(8)))
                .isZero();
        assertThat(new RangeRule.RobustLeastSquares(.5).threshold(zeros, IntegerRange.unsigned(8)))
                .isZero();
        assertThat(new RangeRule.DeviationFactor(8).threshold(zeros, IntegerRange.unsigned(8)))
                .isZero();
    }

    @Test
    void clippingModelAgreesWithSamples() {
        var bounded = ClippedNormals.of(new double[] {1}, new double[] {2}).clip(-2, 3);
        IntegerRange range = IntegerRange.signed(4);
        double threshold = 1.7;
        double step = threshold / range.high();
        var random = new Random(11);
        int samples = 400_000;
        double sum = 0;
        for (int i = 0; i < samples; i++) {
            double value = Math.clamp(1 + 2 * random.nextGaussian(), -2.0, 3.0);
            double error = range.round(value / step) * step - value;
            sum += error * error;
        }
        assertThat(new ClippingModel(bounded, range).squaredError(threshold, 1))
                .isCloseTo(sum / samples, within(0.01 * sum / samples));
    }
}
