package dev.octavo.kernels;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A function of two elements.
 *
 * @param left float, broadcast to the output's shape
 * @param right float, broadcast to the output's shape
 * @param output float; may be the memory of an input of the same strides
 */
public record FloatBinary(Function function, TensorView left, TensorView right, TensorView output)
        implements KernelSpec {
    /** The functions; each result is rounded once. */
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
        PARAMETRIC_RELU;

        /** Returns the steps that define this function, each rounded by itself; empty where there are none. */
        public Optional<FloatProgram> program() {
            return Optional.ofNullable(formula(FloatExpression.input(0), FloatExpression.input(1)))
                    .map(formula -> FloatProgram.of(2, formula));
        }

        private @Nullable FloatExpression formula(FloatExpression left, FloatExpression right) {
            return switch (this) {
                case ADD -> left.plus(right);
                case SUBTRACT -> left.minus(right);
                case MULTIPLY -> left.times(right);
                case DIVIDE -> left.over(right);
                case MINIMUM -> left.orLess(right);
                case MAXIMUM -> left.orMore(right);
                case PARAMETRIC_RELU -> left.select(left.times(right), left);
                case POWER, REMAINDER, MODULO, EQUAL, LESS, LESS_OR_EQUAL -> null;
            };
        }
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
