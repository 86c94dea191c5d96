package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitAllocationTest {
    private static final double[] QUARTERS = {4096, 1024, 256, 64, 16, 4, 1};

    private static double[] scaled(double factor) {
        return Arrays.stream(QUARTERS).map(noise -> factor * noise).toArray();
    }

    private static double total(double[][] noise, int[] bits) {
        double sum = 0;
        for (int t = 0; t < bits.length; t++) {
            sum += noise[t][bits[t] - BitAllocation.LEAST_BITS];
        }
        return sum;
    }

    @Test
    void oneBitMoreGoesToFourTimesTheNoise() {
        assertThat(BitAllocation.of(new double[][] {scaled(16), scaled(1), scaled(4)}, new long[] {100, 100, 100}, 5))
                .containsExactly(6, 4, 5);
    }

    @Test
    void smallTensorsGetMore() {
        int[] bits = BitAllocation.of(new double[][] {scaled(1), scaled(1)}, new long[] {10, 1000}, 4);
        assertThat(bits[0]).isGreaterThan(bits[1]);
        assertThat(bits[1]).isEqualTo(3);
    }

    @Test
    void severalBitsThatHelpTogetherAreSpentTogether() {
        double[] late = {8, 8, 8, 0};
        double[] flat = {8, 7, 6, 5};
        assertThat(BitAllocation.of(new double[][] {flat, late}, new long[] {1, 1}, 3.5))
                .containsExactly(2, 5);
    }

    @Test
    void bitsThatHelpNothingAreNotSpent() {
        assertThat(BitAllocation.of(new double[][] {{0, 0, 0}, {4, 1, 1}}, new long[] {7, 7}, 4))
                .containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {2, 2.4, 3, 3.7, 5, 8})
    void isTheBestThatTheBudgetAllowsWhereSizesAreEqual(double average) {
        Random random = new Random(3);
        for (int trial = 0; trial < 20; trial++) {
            double[][] noise = {
                scaled(random.nextDouble()), scaled(random.nextDouble()), scaled(10 * random.nextDouble())
            };
            int[] bits = BitAllocation.of(noise, new long[] {5, 5, 5}, average);
            assertThat(total(noise, bits)).isCloseTo(best(noise, average), within(1e-9));
        }
    }

    private static double best(double[][] noise, double average) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 7 * 7 * 7; i++) {
            int[] bits = {2 + i % 7, 2 + i / 7 % 7, 2 + i / 49};
            if (Arrays.stream(bits).sum() <= 3 * average) {
                least = Math.min(least, total(noise, bits));
            }
        }
        return least;
    }

    @Test
    void keepsToTheBudget() {
        Random random = new Random(5);
        for (int trial = 0; trial < 100; trial++) {
            double[][] noise = new double[9][];
            long[] sizes = new long[noise.length];
            for (int t = 0; t < noise.length; t++) {
                noise[t] = scaled(Math.exp(3 * random.nextGaussian()));
                sizes[t] = 1L + random.nextInt(1000);
            }
            double average = 2 + 6 * random.nextDouble();
            int[] bits = BitAllocation.of(noise, sizes, average);
            long spent = 0;
            for (int t = 0; t < bits.length; t++) {
                assertThat(bits[t]).isBetween(2, 8);
                spent += bits[t] * sizes[t];
            }
            assertThat((double) spent)
                    .isLessThanOrEqualTo(average * LongStream.of(sizes).sum() + 1e-6);
        }
    }
}
