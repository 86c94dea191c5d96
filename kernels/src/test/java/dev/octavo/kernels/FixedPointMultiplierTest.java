package dev.octavo.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedPointMultiplierTest {
    private static final float MAGIC = 0x1.8p23f;

    @ParameterizedTest
    @ValueSource(doubles = {0x1p-39, 0x1p17, 1, 0.5, 0.25, 1.75, 1.0 / 3, 0.002, 0.00035, 0.9999999999, 3e-10})
    void theNearestFloatRepresentsAReal(double real) {
        assertThat(FixedPointMultiplier.of(real).value()).isEqualTo((float) real);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 0x1p-40, 0x1.000002p17, Double.NaN, Double.POSITIVE_INFINITY})
    void aRealOutsideTheRangeIsRefused(double real) {
        assertThatIllegalArgumentException().isThrownBy(() -> FixedPointMultiplier.of(real));
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, -5, -2",
        "0.5, -3, -2",
        "0.5, -1, 0",
        "0.5, 1, 0",
        "0.5, 3, 2",
        "0.5, 5, 2",
        "0.25, 2, 0",
        "0.25, 6, 2",
        "0.25, 10, 2",
        "0.25, -6, -2",
        "1, 2147483647, 2147483647",
        "1, -2147483648, -2147483648"
    })
    void tiesGoToTheEvenNeighbour(double real, int x, long expected) {
        assertThat(FixedPointMultiplier.of(real).apply(x)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "68, 0",
        "69, 1",
        "-69, -1",
        "137, 1",
        "207, 2",
        "1000, 7",
        "-1000, -7",
        "9999, 72",
        "-12345, -89",
        "17523, 127",
        "30000, 217",
        "16777217, 121592",
        "-2147483648, -15563732"
    })
    void knownProducts(int x, long expected) {
        assertThat(FixedPointMultiplier.of(0.0072474273418460).apply(x)).isEqualTo(expected);
    }

    @Test
    void oneRoundingDiffersFromTwo() {
        assertThat(FixedPointMultiplier.of(0.0014402703931141053).apply(7984)).isEqualTo(11);
    }

    @Test
    void agreesWithExactArithmetic() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            FixedPointMultiplier multiplier = any(random);
            int x = random.nextInt() >> random.nextInt(32);
            BigInteger product = BigInteger.valueOf(x).multiply(BigInteger.valueOf(multiplier.multiplier()));
            assertThat(multiplier.apply(x)).isEqualTo(rounded(product, multiplier.shift()));
            assertThat(multiplier.applyGuarded(x)).isEqualTo(rounded(product, multiplier.shift() - 6));
        }
    }

    @Test
    void theFusedFloatProductRoundsAlike() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 1_000_000; i++) {
            FixedPointMultiplier multiplier = any(random);
            int x = random.nextInt(-(1 << 24), (1 << 24) + 1) >> random.nextInt(24);
            check(multiplier, x);
        }
    }

    @Test
    void beyondTheExactFloatsBothFormsSaturate() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200_000; i++) {
            FixedPointMultiplier multiplier = FixedPointMultiplier.of(0x1p-16 * Math.scalb(1.0, random.nextInt(20)));
            int x = random.nextInt(1 << 24, Integer.MAX_VALUE);
            check(multiplier, x);
            check(multiplier, -x);
        }
        check(FixedPointMultiplier.of(0x1p-16), Integer.MIN_VALUE);
        check(FixedPointMultiplier.of(0x1p17), Integer.MAX_VALUE);
    }

    private static void check(FixedPointMultiplier multiplier, int x) {
        int low = -127;
        int high = 255;
        float fused = Math.fma((float) x, multiplier.value(), MAGIC);
        int inFloat = (int) (Math.max(MAGIC + low, Math.min(fused, MAGIC + high)) - MAGIC);
        assertThat(inFloat).isEqualTo((int) Math.clamp(multiplier.apply(x), (long) low, (long) high));
    }

    private static FixedPointMultiplier any(SplittableRandom random) {
        int mantissa = random.nextInt(4) == 0 ? 1 << 23 : random.nextInt(1 << 23, 1 << 24);
        return new FixedPointMultiplier(mantissa, random.nextInt(6, 63));
    }

    private static long rounded(BigInteger product, int shift) {
        return new BigDecimal(product)
                .divide(new BigDecimal(BigInteger.ONE.shiftLeft(shift)))
                .setScale(0, RoundingMode.HALF_EVEN)
                .longValueExact();
    }
}
