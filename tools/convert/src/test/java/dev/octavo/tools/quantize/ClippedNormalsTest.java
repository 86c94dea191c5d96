package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClippedNormalsTest {
    @ParameterizedTest
    @CsvSource({
        "0,0.5",
        "1,0.8413447460685429",
        "-1,0.15865525393145705",
        "-3,0.0013498980316300957",
        "2.5,0.9937903346742239",
        "-4.999,2.8814201414641434e-7",
        "-5.001,2.851685632231768e-7",
        "-6,9.865876450377012e-10",
        "-10,7.619853024160593e-24",
        "12,1",
        "-Infinity,0",
        "Infinity,1"
    })
    void cumulative(double x, double expected) {
        assertThat(Normal.cumulative(x)).isCloseTo(expected, within(1e-12 * expected));
        assertThat(Normal.cumulative(x)).isCloseTo(expected, within(3e-15));
    }

    @ParameterizedTest
    @CsvSource({
        "0.3,0.8,0.491335,0.319539,0.491335,0.319539",
        "-1.0,0.5,0.004245,0.001424,0.004245,0.001424",
        "2.0,3.0,2.453359,5.615315,2.326174,4.384818",
        "5.5,1.2,5.500001,1.439994,5.230304,0.745026"
    })
    void momentsOfActivations(
            double beta, double gamma, double reluMean, double reluVariance, double relu6Mean, double relu6Variance) {
        var normal = ClippedNormals.of(new double[] {beta}, new double[] {gamma});
        Moments relu = normal.relu().moments();
        assertThat(relu.mean(0)).isCloseTo(reluMean, within(1e-6));
        assertThat(relu.variance(0)).isCloseTo(reluVariance, within(1e-6));
        Moments relu6 = normal.clip(0, 6).moments();
        assertThat(relu6.mean(0)).isCloseTo(relu6Mean, within(1e-6));
        assertThat(relu6.variance(0)).isCloseTo(relu6Variance, within(1e-6));
        Moments unbounded = normal.moments();
        assertThat(unbounded.mean(0)).isCloseTo(beta, within(1e-12));
        assertThat(unbounded.variance(0)).isCloseTo(gamma * gamma, within(1e-12));
    }

    @Test
    void constantChannels() {
        Moments moments = ClippedNormals.of(new double[] {-1, 2, 9}, new double[3])
                .clip(0, 6)
                .moments();
        assertThat(new double[] {moments.mean(0), moments.mean(1), moments.mean(2)})
                .containsExactly(0, 2, 6);
        assertThat(moments.variance(1)).isZero();
    }

    @Test
    void quadratureAgreesWithTheClosedForm() {
        var normal = ClippedNormals.of(new double[] {.3, 2}, new double[] {.8, 3});
        Moments closed = normal.relu().moments();
        Moments numeric = normal.moments(x -> Math.max(0, x));
        for (int c = 0; c < 2; c++) {
            assertThat(numeric.mean(c)).isCloseTo(closed.mean(c), within(2e-3 * normal.gamma(c)));
            assertThat(numeric.variance(c)).isCloseTo(closed.variance(c), within(5e-3 * closed.variance(c)));
        }
    }

    @ParameterizedTest
    @CsvSource({".5,1e-6,1e-3,0.0158034885", ".8,4e-5,1e-3,0.1568929081", "1.2,.5,1e-5,1.1999880002"})
    void effectiveDeviation(double weight, double variance, double epsilon, double expected) {
        assertThat(ClippedNormals.effectiveDeviation(weight, variance, epsilon)).isCloseTo(expected, within(1e-9));
        assertThat(ClippedNormals.effectiveDeviation(-weight, variance, epsilon))
                .isCloseTo(expected, within(1e-9));
    }

    @Test
    void sums() {
        Moments left = Moments.of(new double[] {1, 2}, new double[] {3, 4});
        Moments right = Moments.of(new double[] {10, 20}, new double[] {30, 9});
        Moments independent = left.plus(right, 0);
        assertThat(independent.mean(1)).isEqualTo(22);
        assertThat(independent.variance(1)).isEqualTo(13);
        assertThat(left.plus(right, 1).normals().gamma(1)).isEqualTo(2 + 3);
    }

    @Test
    void sumsOfBoundedTensorsAreBounded() {
        var relu6 = ClippedNormals.of(new double[] {1}, new double[] {2}).clip(0, 6);
        var sum = relu6.plus(relu6, 0.5);
        assertThat(sum.low()).isZero();
        assertThat(sum.high(0)).isEqualTo(12);
        assertThat(sum.beta(0)).isCloseTo(2 * relu6.moments().mean(0), within(1e-12));
    }

    @Test
    void selectsAndConcatenatesChannels() {
        var normals = ClippedNormals.of(new double[] {1, 2, 3}, new double[] {4, 5, 6})
                .relu();
        var last = normals.select(2).concat(normals.select(0));
        assertThat(last.channels()).isEqualTo(2);
        assertThat(last.beta(0)).isEqualTo(3);
        assertThat(last.gamma(1)).isEqualTo(4);
        assertThat(last.isNonNegative()).isTrue();
    }
}
