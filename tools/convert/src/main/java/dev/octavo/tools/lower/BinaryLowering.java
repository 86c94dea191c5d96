package dev.octavo.tools.lower;

import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.runtime.format.Operation;
import dev.octavo.tools.quantizer.TensorEncoding;

/** Sums and products of two quantized tensors. */
final class BinaryLowering {
    /** Beyond it a product with its bias is not exact in single precision. */
    private static final double MOST_BIAS = 1 << 23;

    private BinaryLowering() {}

    /** Whether a function has a form in integers for operands that are stored so. */
    static boolean integers(
            FloatBinary.Function function, TensorEncoding left, TensorEncoding right, TensorEncoding output) {
        return switch (function) {
            case ADD -> true;
            case MULTIPLY -> output.zero() / multiplier(left, right, output) <= MOST_BIAS;
            case SUBTRACT,
                    DIVIDE,
                    MINIMUM,
                    MAXIMUM,
                    POWER,
                    REMAINDER,
                    MODULO,
                    EQUAL,
                    LESS,
                    LESS_OR_EQUAL,
                    PARAMETRIC_RELU -> false;
        };
    }

    /** The operation. */
    static Operation of(
            FloatBinary.Function function, TensorEncoding left, TensorEncoding right, TensorEncoding output) {
        return function == FloatBinary.Function.ADD ? sum(left, right, output) : product(left, right, output);
    }

    private static Operation sum(TensorEncoding left, TensorEncoding right, TensorEncoding output) {
        FixedPointMultiplier leftMultiplier = FixedPointMultiplier.of(left.scale() / output.scale());
        FixedPointMultiplier rightMultiplier = FixedPointMultiplier.of(right.scale() / output.scale());
        double zeros = (double) left.zero() * leftMultiplier.value() + (double) right.zero() * rightMultiplier.value();
        return new Operation.Add(
                leftMultiplier,
                rightMultiplier,
                (float) (output.zero() - zeros),
                output.leastCode(),
                output.greatestCode());
    }

    private static Operation product(TensorEncoding left, TensorEncoding right, TensorEncoding output) {
        double multiplier = multiplier(left, right, output);
        return new Operation.Multiply(
                FixedPointMultiplier.of(multiplier),
                left.zero(),
                right.zero(),
                (int) Math.rint(output.zero() / multiplier),
                output.leastCode(),
                output.greatestCode());
    }

    private static double multiplier(TensorEncoding left, TensorEncoding right, TensorEncoding output) {
        return (double) left.scale() * right.scale() / output.scale();
    }
}
