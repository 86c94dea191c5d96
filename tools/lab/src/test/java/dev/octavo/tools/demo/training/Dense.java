package dev.octavo.tools.demo.training;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** y = W x + b with W in rows of outputs, on batches of 1 × 1 pixels. */
final class Dense implements Layer {
    final int inputs;
    final int outputs;
    final Parameter weights;
    final Parameter bias;
    private @Nullable Batch input;
    private @Nullable Batch output;
    private @Nullable Batch inputGradient;

    Dense(int inputs, int outputs, RandomGenerator random) {
        this.inputs = inputs;
        this.outputs = outputs;
        weights = new Parameter(inputs * outputs, true);
        bias = new Parameter(outputs, false);
        double deviation = Math.sqrt(1.0 / inputs);
        for (int i = 0; i < weights.value.length; i++) {
            weights.value[i] = (float) (deviation * random.nextGaussian());
        }
    }

    @Override
    public Batch forward(Batch input, boolean training) {
        this.input = input;
        Batch result = Batch.reuse(output, input.count, 1, 1, outputs);
        for (int image = 0; image < input.count; image++) {
            for (int o = 0; o < outputs; o++) {
                float sum = bias.value[o];
                for (int i = 0; i < inputs; i++) {
                    sum += weights.value[o * inputs + i] * input.values[image * inputs + i];
                }
                result.values[image * outputs + o] = sum;
            }
        }
        output = result;
        return result;
    }

    @Override
    public Batch backward(Batch outputGradient) {
        Batch input = Layers.forwarded(this.input);
        Batch result = Batch.like(input, inputGradient);
        Arrays.fill(result.values, 0);
        for (int image = 0; image < input.count; image++) {
            for (int o = 0; o < outputs; o++) {
                float gradient = outputGradient.values[image * outputs + o];
                bias.gradient[o] += gradient;
                for (int i = 0; i < inputs; i++) {
                    weights.gradient[o * inputs + i] += gradient * input.values[image * inputs + i];
                    result.values[image * inputs + i] += gradient * weights.value[o * inputs + i];
                }
            }
        }
        inputGradient = result;
        return result;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weights, bias);
    }
}
