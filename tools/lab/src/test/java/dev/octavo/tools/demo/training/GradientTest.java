package dev.octavo.tools.demo.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gradients against central differences of L = Σ r · y with random r, along random directions: a direction moves every
 * weight and input at once, so one wrong gradient shows.
 */
class GradientTest {
    private static final long SEED = 20;
    private static final double STEP = 1e-3;
    private static final double TOLERANCE = 3e-2;

    private final RandomGenerator random = new SplittableRandom(SEED);

    @ParameterizedTest
    @CsvSource({"16, 16, 3, 1, 9, 11", "16, 32, 3, 2, 8, 8", "32, 16, 1, 2, 9, 17", "16, 16, 5, 1, 6, 5"})
    void ofConvolution(int inputs, int outputs, int kernel, int stride, int height, int width) {
        check(new Convolution(inputs, outputs, kernel, stride, false, random), batch(2, height, width, inputs), true);
    }

    @Test
    void ofAConvolutionThatStartsTheNetwork() {
        check(new Convolution(3, 16, 3, 1, true, random), batch(2, 8, 9, 3), false);
    }

    @Test
    void ofBatchNorm() {
        var layer = new BatchNorm(32);
        perturb(layer.parameters());
        check(layer, batch(3, 4, 5, 32), true);
    }

    @Test
    void ofPoolingAndDense() {
        check(new GlobalAveragePool(), batch(3, 4, 2, 16), true);
        check(new Dense(16, 5, random), batch(4, 1, 1, 16), true);
    }

    @ParameterizedTest
    @CsvSource({"16, 16, 1", "16, 32, 2"})
    void ofResidualBlocks(int inputs, int outputs, int stride) {
        var layer = new ResidualBlock(inputs, outputs, stride, random);
        perturb(layer.parameters().stream().filter(p -> !p.decays).toList());
        check(layer, batch(3, 8, 6, inputs), true);
    }

    @Test
    void ofCrossEntropy() {
        Batch logits = batch(4, 1, 1, 7);
        int[] labels = {0, 6, 3, 3};
        var loss = new CrossEntropy(0.1);
        float[] direction = direction(logits.values.length);
        double expected = dot(loss.of(logits, labels).gradient().values, direction);
        move(logits.values, direction, STEP);
        double above = loss.of(logits, labels).mean();
        move(logits.values, direction, -2 * STEP);
        double below = loss.of(logits, labels).mean();
        assertThat((above - below) / (2 * STEP)).isCloseTo(expected, within(1e-4));
    }

    private void check(Layer layer, Batch input, boolean byInput) {
        Batch output = layer.forward(input, true);
        float[] weights = direction(output.values.length);
        Batch outputGradient = Batch.like(output, null);
        System.arraycopy(weights, 0, outputGradient.values, 0, weights.length);
        layer.parameters().forEach(parameter -> Arrays.fill(parameter.gradient, 0));
        Batch inputGradient = layer.backward(outputGradient);

        for (int trial = 0; trial < 4; trial++) {
            if (byInput) {
                compare(layer, input, weights, input.values, inputGradient.values, "input");
            }
            for (Parameter parameter : layer.parameters()) {
                compare(layer, input, weights, parameter.value, parameter.gradient, "parameter");
            }
        }
    }

    /** The scale of comparison is what a typical direction sees: the norm of the gradient. */
    private void compare(Layer layer, Batch input, float[] weights, float[] value, float[] gradient, String name) {
        float[] direction = direction(value.length);
        double norm = Math.sqrt(dot(direction, direction));
        for (int i = 0; i < direction.length; i++) {
            direction[i] /= (float) norm;
        }
        double expected = dot(gradient, direction);
        double scale = Math.sqrt(dot(gradient, gradient) / gradient.length);
        float[] kept = value.clone();
        move(value, direction, STEP);
        double above = dot(layer.forward(input, true).values, weights);
        System.arraycopy(kept, 0, value, 0, kept.length);
        move(value, direction, -STEP);
        double below = dot(layer.forward(input, true).values, weights);
        System.arraycopy(kept, 0, value, 0, kept.length);
        assertThat((above - below) / (2 * STEP))
                .as("seed %s, gradient by %s of %s", SEED, name, layer)
                .isCloseTo(expected, within(TOLERANCE * (Math.abs(expected) + scale)));
    }

    private Batch batch(int count, int height, int width, int channels) {
        Batch batch = Batch.of(count, height, width, channels);
        System.arraycopy(direction(batch.values.length), 0, batch.values, 0, batch.values.length);
        return batch;
    }

    private float[] direction(int length) {
        float[] direction = new float[length];
        for (int i = 0; i < length; i++) {
            direction[i] = (float) random.nextGaussian();
        }
        return direction;
    }

    private void perturb(List<Parameter> parameters) {
        parameters.forEach(parameter -> move(parameter.value, direction(parameter.value.length), 0.3));
    }

    private static void move(float[] value, float[] direction, double step) {
        for (int i = 0; i < value.length; i++) {
            value[i] += (float) (step * direction[i]);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
