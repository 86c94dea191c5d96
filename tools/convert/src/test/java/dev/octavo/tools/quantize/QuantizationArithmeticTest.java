package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.FixedPointMultiplier;
import org.junit.jupiter.api.Test;

/** Worked examples of the small pieces between real and integer layers. */
class QuantizationArithmeticTest {
    private static final double[] MEAN = {255 * .485, 255 * .456, 255 * .406};
    private static final double[] STD = {255 * .229, 255 * .224, 255 * .225};

    @Test
    void biasCorrection() {
        float[] weights = {.37f, -.81f, .26f};
        var shape = WeightShape.dense(1, 3, 1);
        IntegerRange range = IntegerRange.signed(4);
        var quantized = QuantizedWeights.quantize(
                weights, shape, new float[] {LayerScales.perTensor(weights, range)}, range, WeightRounding.NEAREST);
        assertThat(quantized.values()).containsExactly(3, -7, 2);
        Moments inputs = ClippedNormals.of(new double[] {.3, -1, 2}, new double[] {.8, .5, 3})
                .relu()
                .moments();
        assertThat(BiasCorrection.of(weights, quantized, inputs)[0]).isCloseTo(0.081326484, within(1e-7));
    }

    @Test
    void biasCorrectionReadsTheInputChannelsOfItsGroup() {
        float[] weights = {.3f, .3f, .3f, 1};
        var shape = WeightShape.depthwise(4, 1);
        var quantized = QuantizedWeights.quantize(
                weights, shape, new float[] {1}, IntegerRange.signed(8), WeightRounding.NEAREST);
        Moments inputs = Moments.of(new double[] {1, 2, 3, 4}, new double[4]);
        assertThat(BiasCorrection.of(weights, quantized, inputs))
                .containsExactly(new double[] {.3, .6, .9, 0}, within(1e-6));
    }

    @Test
    void deadChannelInfluence() {
        Moments tensor = Moments.of(new double[2], new double[] {4, 1e-8});
        float[] weights = {1, -1, 3, 0, .5f, .5f, 100, 1};
        double[] influence =
                DeadChannels.influence(tensor, weights, WeightShape.dense(2, 2, 2), new double[] {2, 1e-9});
        // The second output hardly varies: it counts with a hundredth of the median deviation.
        double floor = .01 * (2 + 1e-9) / 2;
        assertThat(influence[0]).isCloseTo(4 / (floor * floor), within(1e-3));
        assertThat(influence[1]).isCloseTo(101 * 101 / (floor * floor) * 1e-8, within(1e-6));
        double[] depthwise =
                DeadChannels.influence(tensor, new float[] {1, 2}, WeightShape.depthwise(2, 1), new double[] {1, 1});
        assertThat(depthwise).containsExactly(new double[] {4, 4e-8}, within(1e-15));
    }

    @Test
    void pixelInputOfANormalisedPicture() {
        var input = PixelInput.of(MEAN, STD);
        assertThat(new int[] {input.padPixel(0), input.padPixel(1), input.padPixel(2)})
                .containsExactly(124, 116, 104);
        var symmetric = PixelInput.of(new double[] {127.5}, new double[] {127.5});
        assertThat(symmetric.padPixel(0)).isEqualTo(128);
        assertThat(symmetric.biasShift(new float[] {1, 2}, WeightShape.dense(1, 1, 2))[0])
                .isCloseTo(3 * .5 / 127.5, within(1e-12));
    }

    @Test
    void pixelInputKeepsTheFirstLayer() {
        var input = PixelInput.of(MEAN, STD);
        var shape = WeightShape.dense(1, 3, 2);
        float[] weights = {.5f, -.25f, .125f, 1, -2, .75f};
        int[] pixels = {0, 255, 17, 200, 99, 128};
        double expected = .1;
        for (int i = 0; i < 6; i++) {
            expected += weights[i] * (pixels[i] - MEAN[i / 2]) / STD[i / 2];
        }
        float[] folded = input.foldWeights(weights, shape);
        double actual = .1 + input.biasShift(weights, shape)[0];
        for (int i = 0; i < 6; i++) {
            actual += folded[i] * (double) (pixels[i] - input.padPixel(i / 2));
        }
        assertThat(actual).isCloseTo(expected, within(1e-5));
    }

    @Test
    void pixelInputMovesTheOffsetIntoTheBias() {
        var input = PixelInput.of(MEAN, STD);
        var shape = WeightShape.dense(1, 3, 2);
        var weights = QuantizedWeights.quantize(
                new float[] {1, -2, 3, 4, -5, 6},
                shape,
                new float[] {1},
                IntegerRange.signed(8),
                WeightRounding.NEAREST);
        assertThat(input.padSum(weights, 0)).isEqualTo(-1 * 124 + 7 * 116 + 1 * 104);
    }

    @Test
    void pixelInputRejectsUnitScale() {
        assertThatThrownBy(() -> PixelInput.of(new double[] {300}, new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0, 255]");
        assertThatThrownBy(() -> PixelInput.of(new double[] {0}, new double[] {0}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void accumulatorBounds() {
        var weights = QuantizedWeights.quantize(
                new float[] {100, -50, 3, -7},
                WeightShape.dense(2, 2, 1),
                new float[] {1},
                IntegerRange.signed(8),
                WeightRounding.NEAREST);
        var unsigned = AccumulatorBounds.of(weights, 0, IntegerRange.unsigned(8), 10);
        assertThat(unsigned).isEqualTo(new AccumulatorBounds(-12_740, 25_510, 25_510));
        var signed = AccumulatorBounds.of(weights, 1, IntegerRange.signed(8), -10);
        assertThat(signed).isEqualTo(new AccumulatorBounds(-1280, 1260, 1280));
        assertThat(AccumulatorBounds.of(weights, 0, IntegerRange.unsigned(8), Integer.MAX_VALUE)
                        .fitsInt32())
                .isFalse();
        assertThat(unsigned.exactInFloat32(1e-9, 0)).isTrue();
        assertThat(new AccumulatorBounds(0, (1 << 24) + 1, 0).exactInFloat32(0x1p-17, 0))
                .isFalse();
        assertThat(new AccumulatorBounds(0, (1 << 24) + 1, 0).exactInFloat32(0x1p-16, 0))
                .isTrue();
    }

    @Test
    void requantizedLayer() {
        double multiplier = .02 * .005 / .05;
        int[] inputs = {12, -45, 127, 3};
        int[] weights = {100, -33, 7, 127};
        int sum = (int) Math.rint(.137 / (.02 * .005));
        assertThat(sum).isEqualTo(1370);
        for (int i = 0; i < 4; i++) {
            sum += inputs[i] * weights[i];
        }
        assertThat(sum).isEqualTo(5325);
        assertThat(FixedPointMultiplier.of(multiplier).apply(sum)).isEqualTo(11);
    }

    @Test
    void sigmoidTable() {
        byte[] table = LookupTable.of(x -> 1 / (1 + Math.exp(-x)), .05, true, 0, 1.0 / 127, IntegerRange.signed(8));
        assertThat(entries(table, -128, -64, -20, -1, 0, 1, 20, 64, 127))
                .containsExactly(0, 5, 34, 62, 64, 65, 93, 122, 127);
        assertThat(sum(table)).isEqualTo(16193);
    }

    @Test
    void hardSwishTable() {
        byte[] table = LookupTable.of(x -> x * Math.clamp(x + 3, 0, 6) / 6, .05, true, 0, .05, IntegerRange.signed(8));
        assertThat(entries(table, -64, -30, -20, -1, 0, 1, 20, 60, 127))
                .containsExactly(0, -8, -7, 0, 0, 1, 13, 60, 127);
        assertThat(sum(table)).isEqualTo(7544);
    }

    private static int[] entries(byte[] table, int... at) {
        int[] values = new int[at.length];
        for (int i = 0; i < at.length; i++) {
            values[i] = table[at[i] & 255];
        }
        return values;
    }

    private static int sum(byte[] table) {
        int sum = 0;
        for (byte value : table) {
            sum += value;
        }
        return sum;
    }

    @Test
    void leastSquaresScaleClipsAnOutlier() {
        float[] weights = new float[1001];
        var random = new java.util.Random(1);
        for (int i = 0; i < 1000; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        weights[1000] = 8;
        IntegerRange range = IntegerRange.signed(4);
        float clipping = scale(weights, new WeightRange.LeastSquares(), range);
        assertThat(clipping * range.high()).isBetween(2f, 5f);
        assertThat(LayerScales.perTensor(weights, range)).isEqualTo(8f / 7);
        assertThat(LayerScales.perTensor(new float[3], range)).isEqualTo(1);
        assertThat(scale(weights, new WeightRange.Percentile(99), range) * range.high())
                .as("1 in 100 normal values is beyond 2.58 deviations")
                .isBetween(2.3f, 2.9f);
        assertThat(scale(weights, new WeightRange.Percentile(100), range)).isEqualTo(8f / 7);
        assertThat(scale(new float[] {0, 0, 0, 7}, new WeightRange.Percentile(50), range))
                .as("a percentile of 0 clips nothing")
                .isEqualTo(1);
        assertThatThrownBy(() -> LayerScales.perTensor(new float[] {Float.NaN}, range))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WeightRange.Percentile(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static float scale(float[] weights, WeightRange rule, IntegerRange range) {
        return WeightScales.of(weights, WeightShape.dense(1, weights.length, 1), WeightScope.TENSOR, rule, range)[0];
    }

    @Test
    void scalesOfChannels() {
        IntegerRange range = IntegerRange.signed(4);
        var shape = WeightShape.dense(5, 2, 1);
        float[] weights = {1, -14, 0, 0, 3.4f, 3.5f, 3.6f, -.1f, 7, 7.1f};
        assertThat(WeightScales.of(weights, shape, WeightScope.CHANNEL, new WeightRange.MinMax(), range))
                .containsExactly(2, 1, .5f, 3.6f / 7, 7.1f / 7);
        assertThat(WeightScales.of(weights, shape, WeightScope.CHANNEL_POW2, new WeightRange.MinMax(), range))
                .as("the widest scale, halved while the channel still fits; an empty channel takes the widest")
                .containsExactly(2, 2, .5f, 1, 2);
    }
}
