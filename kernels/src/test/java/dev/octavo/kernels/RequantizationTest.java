package dev.octavo.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequantizationTest {
    @ParameterizedTest
    @CsvSource({
        "17523, 127",
        "30000, 127",
        "16777217, 127",
        "-2147483648, -127",
        "2147483647, 127",
        "-12345, -89",
        "0, 0"
    })
    void clampsAfterRounding(int accumulator, int expected) {
        Requantization requantization = Requantization.of(FixedPointMultiplier.of(0.0072474273418460), -127, 127);
        assertThat(requantization.apply(accumulator, 0)).isEqualTo(expected);
    }

    @Test
    void multipliersAndBoundsMayDifferByChannel() {
        Requantization requantization = new Requantization(
                List.of(FixedPointMultiplier.of(1), FixedPointMultiplier.of(0.5)), 0, new int[] {255, 40});
        assertThat(requantization.apply(100, 0)).isEqualTo(100);
        assertThat(requantization.apply(100, 1)).isEqualTo(40);
        assertThat(requantization.apply(-100, 1)).isZero();
    }

    /** Scales of S_a = .031, S_b = .047, S_y = .06. */
    @ParameterizedTest
    @CsvSource({
        "127, 127, 127",
        "1, 0, 1",
        "0, 1, 1",
        "-3, 2, 0",
        "37, -24, 0",
        "5, 9, 10",
        "-127, -127, -127",
        "30, 0, 16"
    })
    void aResidualIsAddedWithGuardBits(int a, int b, int expected) {
        Requantization requantization = Requantization.of(FixedPointMultiplier.of(.031 / .06), -127, 127);
        long residual = FixedPointMultiplier.of(.047 / .06).applyGuarded(b);
        assertThat(requantization.applyWithResidual(a, 0, residual)).isEqualTo(expected);
    }

    @Test
    void aBoundThatDoesNotFitTheOutputIsRefused() {
        FixedPointMultiplier one = FixedPointMultiplier.of(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Requantization.of(one, -129, 127).check(output(ElementType.INT8, 1), false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Requantization.of(one, 0, 256).check(output(ElementType.UINT8, 1), false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Requantization.of(one, 0, 200).check(output(ElementType.INT8, 1), false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Requantization(List.of(one, one), 0, new int[] {9})
                        .check(output(ElementType.UINT8, 3), false));
    }

    private static TensorView output(ElementType type, int channels) {
        return TensorView.nhwc(type, 0, 1, channels, 1, 1);
    }
}
