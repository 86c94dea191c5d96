package dev.octavo.kernels;

import java.util.Arrays;

/** The conditions that several operations share. */
final class Checks {
    private Checks() {}

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    static void type(TensorView view, ElementType type) {
        require(view.type() == type, view + " must be " + type);
    }

    static void quantized(TensorView view) {
        require(view.type().quantized(), view + " must be int8 or uint8");
    }

    static void bounds(ElementType type, int low, int high) {
        int least = type == ElementType.INT8 ? -128 : 0;
        int most = type == ElementType.INT8 ? 127 : 255;
        require(
                type.quantized() && low >= least && low <= high && high <= most,
                "[" + low + ", " + high + "] does not fit " + type);
    }

    static void sameShape(TensorView a, TensorView b) {
        require(Arrays.equals(a.shape(), b.shape()), a + " and " + b + " must have the same shape");
    }

    /** Every element of an output has its own place. */
    static void output(TensorView view) {
        for (int d = 0; d < view.rank(); d++) {
            require(view.size(d) == 1 || view.stride(d) != 0, "an output cannot repeat elements: " + view);
        }
    }

    static void convolution(TensorView input, TensorView output, ConvolutionShape shape, long weights, int bias) {
        require(input.isFeatureMap() && output.isFeatureMap(), input + " and " + output + " must be feature maps");
        output(output);
        int groups = shape.groups();
        require(
                input.channels() % groups == 0 && output.channels() % groups == 0,
                groups + " groups do not divide " + input.channels() + " and " + output.channels() + " channels");
        require(input.batch() == output.batch(), "batches of " + input + " and " + output + " differ");
        window(input.height(), input.width(), output, shape);
        long expected = (long) output.channels() * shape.taps() * (input.channels() / groups);
        require(weights == expected, weights + " weights where " + expected + " are needed");
        require(bias == output.channels(), bias + " biases for " + output.channels() + " channels");
    }

    static void window(int height, int width, TensorView output, ConvolutionShape shape) {
        require(
                shape.outputHeight(height) == output.height() && shape.outputWidth(width) == output.width(),
                shape + " over " + height + "x" + width + " does not give " + output);
    }
}
