package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CoordinateDescentTest {
    private static float[] correlated(int size, double correlation, double[] power) {
        float[] covariance = new float[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                covariance[i * size + j] =
                        (float) (Math.sqrt(power[i] * power[j]) * Math.pow(correlation, Math.abs(i - j)));
            }
        }
        return covariance;
    }

    private static double loss(float[] covariance, float[] weights, byte[] quantized, int offset, double scale) {
        int size = (int) Math.sqrt(covariance.length);
        double loss = 0;
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                loss += 0.5
                        * covariance[i * size + j]
                        * (quantized[offset + i] - weights[offset + i] / scale)
                        * (quantized[offset + j] - weights[offset + j] / scale);
            }
        }
        return loss;
    }

    @Test
    void movesTheOneWeightThatPays() {
        float[] weights = {.45f, 1.4f, -.4f, 2.3f, -.35f, .4f};
        float[] covariance = new float[36];
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                double sameChannel = i / 3 == j / 3 ? (i < 3 ? 1 : .25) : 0;
                covariance[i * 6 + j] = (float) (sameChannel * Math.pow(.7, Math.abs(i - j)));
            }
        }
        WeightShape shape = WeightShape.dense(1, 2, 3);
        IntegerRange range = IntegerRange.signed(4);
        QuantizedWeights nearest =
                QuantizedWeights.quantize(weights, shape, new float[] {1}, range, WeightRounding.NEAREST);
        assertThat(nearest.values()).containsExactly(0, 1, 0, 2, 0, 0);
        assertThat(loss(covariance, weights, nearest.values(), 0, 1)).isCloseTo(.2054375, within(1e-6));
        QuantizedWeights descended = nearest.descend(weights, new InputCovariance(6, new float[][] {covariance}), range)
                .weights();
        assertThat(descended.values()).containsExactly(1, 1, 0, 2, 0, 0);
        assertThat(loss(covariance, weights, descended.values(), 0, 1)).isCloseTo(.1714375, within(1e-6));
    }

    @Test
    void everyChannelOfEveryGroupImprovesOnItsOwnInputs() {
        Random random = new Random(3);
        WeightShape shape = new WeightShape(6, 4, 9, 2);
        float[] weights = new float[shape.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        float[][] blocks = new float[4][];
        for (int b = 0; b < blocks.length; b++) {
            double[] power = random.doubles(18, 0.01, 1 + b).toArray();
            blocks[b] = correlated(18, 0.9, power);
        }
        IntegerRange range = IntegerRange.signed(4);
        float scale = 0.6f;
        QuantizedWeights start =
                QuantizedWeights.quantize(weights, shape, new float[] {scale}, range, WeightRounding.SQUANT_KERNEL);
        byte[] before = start.values().clone();
        byte[] after = start.descend(weights, new InputCovariance(18, blocks), range)
                .weights()
                .values();
        assertThat(start.values()).as("the start is left alone").isEqualTo(before);
        double lossBefore = 0;
        double lossAfter = 0;
        for (int channel = 0; channel < 6; channel++) {
            for (int half = 0; half < 2; half++) {
                int offset = shape.offset(channel, 2 * half);
                float[] block = blocks[channel / 3 * 2 + half];
                assertThat(loss(block, weights, after, offset, scale))
                        .isLessThanOrEqualTo(loss(block, weights, before, offset, scale));
                lossBefore += loss(block, weights, before, offset, scale);
                lossAfter += loss(block, weights, after, offset, scale);
            }
        }
        assertThat(lossAfter).isLessThan(0.8 * lossBefore);
        for (int i = 0; i < after.length; i++) {
            assertThat(Math.abs(after[i] - weights[i] / scale)).isLessThan(1.5f);
            assertThat((int) after[i]).isBetween(-7, 7);
        }
    }

    @Test
    void inputsThatDoNotVaryMoveNothing() {
        float[] weights = {.4f, -.4f, .4f};
        QuantizedWeights start = QuantizedWeights.quantize(
                weights, WeightShape.dense(1, 3, 1), new float[] {1}, IntegerRange.signed(8), WeightRounding.NEAREST);
        assertThat(start.descend(weights, new InputCovariance(3, new float[][] {new float[9]}), IntegerRange.signed(8))
                        .weights()
                        .values())
                .containsExactly(start.values());
    }
}
