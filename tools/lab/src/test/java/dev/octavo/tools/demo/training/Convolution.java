package dev.octavo.tools.demo.training;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A convolution without bias; the kernel is square, with weights HWIO, and padding keeps the size at stride 1. Input and
 * output channels must be multiples of {@link Correlation#CHANNEL_UNIT}, except that the first layer of a network, which
 * passes no gradient on, may have any number of input channels.
 */
final class Convolution implements Layer {
    final int inputs;
    final int outputs;
    final int kernel;
    final int stride;
    final Parameter weights;
    private final boolean first;
    private final int padding;
    private final float[] flipped;
    private float[] padded = {};
    private @Nullable Batch input;
    private @Nullable Batch output;
    private @Nullable Batch inputGradient;

    /** He-normal weights by the fan-out (He et al., "Delving Deep into Rectifiers", 2015). */
    Convolution(int inputs, int outputs, int kernel, int stride, boolean first, RandomGenerator random) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.kernel = kernel;
        this.stride = stride;
        this.first = first;
        padding = kernel / 2;
        weights = new Parameter(kernel * kernel * inputs * outputs, true);
        flipped = new float[weights.value.length];
        double deviation = Math.sqrt(2.0 / (kernel * kernel * outputs));
        for (int i = 0; i < weights.value.length; i++) {
            weights.value[i] = (float) (deviation * random.nextGaussian());
        }
    }

    @Override
    public Batch forward(Batch input, boolean training) {
        this.input = input;
        int height = (input.height - 1) / stride + 1;
        int width = (input.width - 1) / stride + 1;
        Batch result = Batch.reuse(output, input.count, height, width, outputs);
        Correlation correlation = overInput(input, result);
        for (int image = 0; image < input.count; image++) {
            pad(input, image);
            correlation.apply(padded, weights.value, result.values, image * result.imageSize());
        }
        output = result;
        return result;
    }

    @Override
    public Batch backward(Batch outputGradient) {
        Batch input = Layers.forwarded(this.input);
        Correlation correlation = overInput(input, outputGradient);
        for (int image = 0; image < input.count; image++) {
            pad(input, image);
            correlation.addWeightGradient(
                    padded, outputGradient.values, image * outputGradient.imageSize(), weights.gradient);
        }
        Batch result = Batch.like(input, inputGradient);
        inputGradient = result;
        if (!first) {
            passOn(outputGradient, result);
        }
        return result;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weights);
    }

    /** A copy of the weights in the order OIHW. */
    float[] oihw() {
        float[] result = new float[weights.value.length];
        for (int i = 0; i < result.length; i++) {
            result[oihwIndex(i)] = weights.value[i];
        }
        return result;
    }

    /** Sets the weights, given in the order OIHW. */
    void setOihw(float[] values) {
        if (values.length != weights.value.length) {
            throw new IllegalArgumentException(values.length + " values for " + weights.value.length);
        }
        for (int i = 0; i < values.length; i++) {
            weights.value[i] = values[oihwIndex(i)];
        }
    }

    private int oihwIndex(int hwio) {
        int output = hwio % outputs;
        int input = hwio / outputs % inputs;
        int tap = hwio / outputs / inputs;
        return (output * inputs + input) * kernel * kernel + tap;
    }

    private Correlation overInput(Batch input, Batch output) {
        return new Correlation(inputs, input.width + 2 * padding, outputs, output.height, output.width, kernel, stride);
    }

    /** The gradient by the input: the output's, spread by the stride, correlated with the weights turned by 180°. */
    private void passOn(Batch outputGradient, Batch result) {
        flip();
        int margin = kernel - 1 - padding;
        int paddedWidth = result.width + kernel - 1;
        Correlation correlation = new Correlation(
                /* inputs= */ outputs, paddedWidth, /* outputs= */ inputs, result.height, result.width, kernel, 1);
        padded = new float[(result.height + kernel - 1) * paddedWidth * outputs];
        int pixel = 0;
        for (int image = 0; image < result.count; image++) {
            for (int y = 0; y < outputGradient.height; y++) {
                for (int x = 0; x < outputGradient.width; x++) {
                    int place = (y * stride + margin) * paddedWidth + x * stride + margin;
                    System.arraycopy(outputGradient.values, pixel++ * outputs, padded, place * outputs, outputs);
                }
            }
            correlation.apply(padded, flipped, result.values, image * result.imageSize());
        }
    }

    private void flip() {
        int taps = kernel * kernel;
        for (int tap = 0; tap < taps; tap++) {
            for (int i = 0; i < inputs; i++) {
                for (int o = 0; o < outputs; o++) {
                    flipped[((taps - 1 - tap) * outputs + o) * inputs + i] =
                            weights.value[(tap * inputs + i) * outputs + o];
                }
            }
        }
    }

    private void pad(Batch input, int image) {
        int rowSize = (input.width + 2 * padding) * inputs;
        int size = (input.height + 2 * padding) * rowSize;
        if (image == 0) {
            padded = new float[size];
        }
        int source = image * input.imageSize();
        int copied = input.width * inputs;
        for (int y = 0; y < input.height; y++) {
            System.arraycopy(
                    input.values, source + y * copied, padded, (y + padding) * rowSize + padding * inputs, copied);
        }
    }
}
