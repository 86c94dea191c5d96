package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors worked by hand in units of 1/64, exact in binary, so that ties are ties. */
class SQuantTest {
    private static final IntegerRange FOUR_BITS = new IntegerRange(-8, 7);

    private static int[] round(int[] sixtyFourths, WeightShape shape, IntegerRange range, WeightRounding rounding) {
        float[] weights = new float[sixtyFourths.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = sixtyFourths[i] / 64f;
        }
        return ints(QuantizedWeights.quantize(weights, shape, new float[] {1}, range, rounding));
    }

    private static int[] ints(QuantizedWeights weights) {
        int[] values = new int[weights.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights.values()[i];
        }
        return values;
    }

    @Test
    void flipsTheLowerOfEqualErrors() {
        int[] x = {90, 155, -37, 211, -84, 28, -100, 25, -5, 147};
        var shape = WeightShape.dense(1, 2, 5);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.NEAREST)).containsExactly(1, 2, -1, 3, -1, 0, -2, 0, 0, 2);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT_KERNEL))
                .containsExactly(1, 3, -1, 3, -1, 1, -2, 0, 0, 2);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT_CHANNEL))
                .containsExactly(1, 3, -1, 3, -1, 1, -1, 0, 0, 2);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT)).containsExactly(1, 3, -1, 3, -1, 1, -1, 0, 0, 2);
    }

    @Test
    void takesAFlipBackWhereAKernelWasOvershot() {
        int[] x = {90, 155, -37, 211, 28, -82, 150, 20, -165, -230, 108, 36};
        var shape = WeightShape.dense(1, 3, 4);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.NEAREST))
                .containsExactly(1, 2, -1, 3, 0, -1, 2, 0, -3, -4, 2, 1);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT_KERNEL))
                .containsExactly(1, 3, 0, 3, 1, -1, 2, 0, -3, -4, 2, 1);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT_CHANNEL))
                .containsExactly(1, 3, -1, 3, 1, -1, 2, 0, -3, -4, 2, 1);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT))
                .containsExactly(1, 3, -1, 3, 1, -1, 2, 0, -3, -4, 2, 1);
    }

    @Test
    void leavesABalancedChannelAlone() {
        int[] x = {27, 26, 85, 3, 25, 88, 5, -2, 24, 86, 6, 1};
        var shape = WeightShape.dense(1, 3, 4);
        int[] expected = {1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0};
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT_KERNEL)).containsExactly(expected);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT)).containsExactly(expected);
    }

    @Test
    void balancesAFullyConnectedRow() {
        int[] x = {29, 90, -45, 147, -99, 6};
        var shape = WeightShape.dense(1, 6, 1);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.NEAREST)).containsExactly(0, 1, -1, 2, -2, 0);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT_KERNEL)).containsExactly(0, 1, -1, 2, -2, 0);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT)).containsExactly(1, 1, -1, 2, -1, 0);
    }

    @Test
    void balancesDownwards() {
        int[] x = {36, 100, -22, 38, -90, 40, 5, -27, 103, 66};
        var shape = WeightShape.dense(1, 2, 5);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.NEAREST)).containsExactly(1, 2, 0, 1, -1, 1, 0, 0, 2, 1);
        assertThat(round(x, shape, FOUR_BITS, WeightRounding.SQUANT)).containsExactly(0, 1, 0, 1, -1, 1, 0, -1, 2, 1);
    }

    @Test
    void neverLeavesTheGrid() {
        int[] x = {448, 410, 404, -13, 26, 29};
        assertThat(round(x, WeightShape.dense(1, 1, 6), IntegerRange.signed(4), WeightRounding.SQUANT_KERNEL))
                .containsExactly(7, 6, 6, 0, 0, 1);
        int[] beyond = {480, 520, -600, 20, 21, 22};
        for (WeightRounding rounding : WeightRounding.values()) {
            assertThat(round(beyond, WeightShape.dense(1, 1, 6), IntegerRange.signed(4), rounding))
                    .startsWith(7, 7, -7);
        }
    }

    private static final float[] TWO_CHANNELS = {
        .31f, -.12f, .05f, .22f, .9f, -.41f, -.07f, .18f, .33f, //
        -.5f, .11f, .02f, .64f, -.27f, .09f, .13f, -.36f, .48f, .02f, .03f, -.04f, .055f, -.01f, .07f, .08f, -.06f,
        .015f, .26f, -.73f, .37f, -.19f, .58f, .44f, -.88f, .15f, -.1f
    };

    private static int[] twoChannels(int bits, WeightRounding rounding) {
        IntegerRange range = IntegerRange.signed(bits);
        float[] scale = {LayerScales.perTensor(TWO_CHANNELS, range)};
        assertThat(scale[0]).isEqualTo((float) (.9f / (double) range.high()));
        return ints(QuantizedWeights.quantize(TWO_CHANNELS, WeightShape.dense(2, 2, 9), scale, range, rounding));
    }

    @Test
    void roundsRealWeightsToEightBits() {
        int[] nearest = {
            44, -17, 7, 31, 127, -58, -10, 25, 47, -71, 16, 3, 90, -38, 13, 18, -51, 68, //
            3, 4, -6, 8, -1, 10, 11, -8, 2, 37, -103, 52, -27, 82, 62, -124, 21, -14
        };
        assertThat(twoChannels(8, WeightRounding.NEAREST)).containsExactly(nearest);
        assertThat(twoChannels(8, WeightRounding.SQUANT_KERNEL)).containsExactly(nearest);
        nearest[18 + 7] = -9;
        assertThat(twoChannels(8, WeightRounding.SQUANT)).containsExactly(nearest);
    }

    @Test
    void roundsRealWeightsToFourBits() {
        int[] expected = {
            2, -1, 0, 2, 7, -3, -1, 1, 3, -4, 1, 0, 5, -2, 1, 1, -3, 4, //
            0, 0, 0, 0, 0, 1, 1, 0, 0, 2, -6, 3, -1, 5, 3, -7, 1, -1
        };
        assertThat(twoChannels(4, WeightRounding.NEAREST)).containsExactly(expected);
        expected[6] = 0;
        expected[18 + 7] = -1;
        assertThat(twoChannels(4, WeightRounding.SQUANT_KERNEL)).containsExactly(expected);
        expected[6] = -1;
        assertThat(twoChannels(4, WeightRounding.SQUANT)).containsExactly(expected);
    }

    private static float[] normalWeights(int count, long seed) {
        var random = new Random(seed);
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return weights;
    }

    @ParameterizedTest
    @CsvSource({"8,9,7", "6,9,33", "4,25,16", "3,9,64", "4,49,5", "8,1,40", "4,1,300"})
    void boundsTheErrorsOfEveryStage(int bits, int taps, int kernels) {
        long seed = 31L * bits + taps;
        var shape = WeightShape.dense(11, kernels, taps);
        float[] weights = normalWeights(shape.size(), seed);
        IntegerRange range = IntegerRange.signed(bits);
        float[] scale = {LayerScales.perTensor(weights, range)};
        byte[] balanced = QuantizedWeights.quantize(weights, shape, scale, range, WeightRounding.SQUANT_KERNEL)
                .values();
        byte[] all = QuantizedWeights.quantize(weights, shape, scale, range, WeightRounding.SQUANT)
                .values();
        double slack = 1e-9;
        for (int m = 0; m < shape.channels(); m++) {
            double channelError = 0;
            for (int n = 0; n < kernels; n++) {
                double kernelError = 0;
                double kernelErrorOfAll = 0;
                int moved = 0;
                for (int i = shape.offset(m, n); i < shape.offset(m, n) + taps; i++) {
                    double x = weights[i] / (double) scale[0];
                    assertThat(Math.abs(all[i] - x)).isLessThan(1 + slack);
                    kernelError += balanced[i] - x;
                    kernelErrorOfAll += all[i] - x;
                    moved += Math.abs(all[i] - balanced[i]);
                }
                assertThat(Math.abs(kernelError)).as("seed %d", seed).isLessThanOrEqualTo(0.5 + slack);
                assertThat(Math.abs(kernelErrorOfAll)).as("seed %d", seed).isLessThanOrEqualTo(1 + slack);
                assertThat(moved).isLessThanOrEqualTo(1);
                channelError += kernelErrorOfAll;
            }
            assertThat(Math.abs(channelError)).as("seed %d", seed).isLessThanOrEqualTo(0.5 + slack);
        }
    }

    @ParameterizedTest
    @EnumSource(WeightRounding.class)
    void doesNotDependOnTheOrderOfKernels(WeightRounding rounding) {
        int kernels = 24;
        int taps = 9;
        var shape = WeightShape.dense(1, kernels, taps);
        float[] weights = normalWeights(shape.size(), 5);
        float[] reversed = new float[weights.length];
        for (int n = 0; n < kernels; n++) {
            System.arraycopy(weights, n * taps, reversed, (kernels - 1 - n) * taps, taps);
        }
        IntegerRange range = IntegerRange.signed(4);
        float[] scale = {LayerScales.perTensor(weights, range)};
        byte[] straight = QuantizedWeights.quantize(weights, shape, scale, range, rounding)
                .values();
        byte[] back = QuantizedWeights.quantize(reversed, shape, scale, range, rounding)
                .values();
        for (int n = 0; n < kernels; n++) {
            for (int k = 0; k < taps; k++) {
                assertThat(back[(kernels - 1 - n) * taps + k]).isEqualTo(straight[n * taps + k]);
            }
        }
    }

    @Test
    void doesNotDependOnTheNumberOfThreads() {
        var shape = WeightShape.dense(64, 32, 9);
        float[] weights = normalWeights(shape.size(), 6);
        IntegerRange range = IntegerRange.signed(4);
        float[] scales = WeightScales.of(weights, shape, WeightScope.CHANNEL, new WeightRange.MinMax(), range);
        byte[] sequential = new byte[weights.length];
        var squant = new SQuant(shape, range, WeightRounding.SQUANT);
        for (int m = 0; m < shape.channels(); m++) {
            squant.round(weights, m, scales[m], sequential);
        }
        for (int run = 0; run < 5; run++) {
            assertThat(QuantizedWeights.quantize(weights, shape, scales, range, WeightRounding.SQUANT)
                            .values())
                    .isEqualTo(sequential);
        }
    }

    @Test
    void balancesChannelsWhoseErrorsAreAlike() {
        float[] weights = new float[400];
        Arrays.fill(weights, 0.125f);
        byte[] q = QuantizedWeights.quantize(
                        weights,
                        WeightShape.dense(1, 400, 1),
                        new float[] {1},
                        IntegerRange.signed(8),
                        WeightRounding.SQUANT)
                .values();
        for (int i = 0; i < 400; i++) {
            assertThat(q[i]).as("element %d", i).isEqualTo((byte) (i < 50 ? 1 : 0));
        }
    }

    @Test
    void selectsByRank() {
        var random = new Random(7);
        for (int run = 0; run < 500; run++) {
            int count = 1 + random.nextInt(60);
            double[] values = random.doubles(count).map(v -> Math.rint(v * 20)).toArray();
            double[] sorted = Arrays.stream(values).sorted().toArray();
            int rank = 1 + random.nextInt(count);
            assertThat(Selection.largest(values, count, rank)).isEqualTo(sorted[count - rank]);
        }
    }
}
