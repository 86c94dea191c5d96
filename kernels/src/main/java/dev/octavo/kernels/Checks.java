package dev.octavo.kernels;

import java.util.Arrays;
import java.util.Locale;

/** The conditions that several operations share. */
final class Checks {
    private Checks() {}

    /**
     * Messages are built only where they are needed: a model's operations are checked each time that it is loaded.
     *
     * @param message with a {@code %s} for each argument
     */
    static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }

    static void type(TensorView view, ElementType type) {
        require(view.type() == type, "%s must be %s", view, type);
    }

    static void quantized(TensorView view) {
        require(view.type().quantized(), "%s must be int8 or uint8", view);
    }

    static void zero(TensorView view, int zero) {
        require(
                zero == 0 || (view.type() == ElementType.UINT8 && zero > 0 && zero <= 255),
                "%s cannot have %s as the code of 0",
                view,
                zero);
    }

    static void bounds(ElementType type, int low, int high) {
        int least = type == ElementType.INT8 ? -128 : 0;
        int most = type == ElementType.INT8 ? 127 : 255;
        require(
                type.quantized() && low >= least && low <= high && high <= most,
                "[%s, %s] does not fit %s",
                low,
                high,
                type);
    }

    static void sameShape(TensorView a, TensorView b) {
        require(Arrays.equals(a.shape(), b.shape()), "%s and %s must have the same shape", a, b);
    }

    /** Requires two tensors to differ along one dimension at most. */
    static void alongAxis(TensorView a, TensorView b, int axis) {
        require(a.rank() == b.rank() && axis >= 0 && axis < a.rank(), "axis %s of %s and %s", axis, a, b);
        for (int d = 0; d < a.rank(); d++) {
            require(d == axis || a.size(d) == b.size(d), "%s and %s must differ along axis %s only", a, b, axis);
        }
    }

    /** Requires every element of an output to have its own place. */
    static void output(TensorView view) {
        for (int d = 0; d < view.rank(); d++) {
            require(view.size(d) == 1 || view.stride(d) != 0, "an output cannot repeat elements: %s", view);
        }
    }

    static void convolution(TensorView input, TensorView output, ConvolutionShape shape, long weights, int bias) {
        require(input.isFeatureMap() && output.isFeatureMap(), "%s and %s must be feature maps", input, output);
        output(output);
        int groups = shape.groups();
        require(
                input.channels() % groups == 0 && output.channels() % groups == 0,
                "%s groups do not divide %s and %s channels",
                groups,
                input.channels(),
                output.channels());
        require(input.batch() == output.batch(), "batches of %s and %s differ", input, output);
        window(input.height(), input.width(), output, shape);
        long expected = (long) output.channels() * shape.taps() * (input.channels() / groups);
        require(weights == expected, "%s weights where %s are needed", weights, expected);
        require(bias == output.channels(), "%s biases for %s channels", bias, output.channels());
    }

    static void window(int height, int width, TensorView output, ConvolutionShape shape) {
        require(
                shape.outputHeight(height) == output.height() && shape.outputWidth(width) == output.width(),
                "%s over %sx%s does not give %s",
                shape,
                height,
                width,
                output);
    }
}
