package dev.octavo.kernels;

/**
 * A function of two elements.
 *
 * @param left float, broadcast to the output's shape
 * @param right float, broadcast to the output's shape
 * @param output float; may be the memory of an input of the same strides
 */
public record FloatBinary(Function function, TensorView left, TensorView right, TensorView output)
        implements KernelSpec {
    /** The functions, each rounded once. */
    public enum Function {
        /** {@code left + right}. */
        ADD,
        /** {@code left − right}. */
        SUBTRACT,
        /** {@code left · right}. */
        MULTIPLY,
        /** {@code left / right}. */
        DIVIDE,
        /** {@code left < right ? left : right}, so the right one where either is no number. */
        MINIMUM,
        /** {@code left > right ? left : right}, so the right one where either is no number. */
        MAXIMUM,
        /** {@code left^right} as {@link Math#pow} has it, rounded to single precision. */
        POWER,
        /** The remainder of a division towards 0, with the sign of {@code left}. */
        REMAINDER,
        /** The remainder of a division towards −∞, with the sign of {@code right}. */
        MODULO,
        /** {@code left == right ? 1 : 0}. */
        EQUAL,
        /** {@code left < right ? 1 : 0}. */
        LESS,
        /** {@code left <= right ? 1 : 0}. */
        LESS_OR_EQUAL,
        /** {@code left < 0 ? right · left : left}. */
        PARAMETRIC_RELU
    }

    /** Checks that everything fits together. */
    public FloatBinary {
        Checks.type(left, ElementType.FLOAT32);
        Checks.type(right, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(left, output);
        Checks.sameShape(right, output);
        Checks.output(output);
    }
}
