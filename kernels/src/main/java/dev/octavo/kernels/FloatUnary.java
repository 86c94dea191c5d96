package dev.octavo.kernels;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A function of each element: the steps of {@link #program} where it has any, each rounded by itself.
 *
 * @param alpha first parameter of the function
 * @param beta second parameter of the function
 * @param input float
 * @param output float, of the same shape; may be the input's own memory
 */
public record FloatUnary(Function function, float alpha, float beta, TensorView input, TensorView output)
        implements KernelSpec {
    /**
     * The functions. Those without steps are the double-precision value rounded to the nearest float. With steps, the results
     * are within 4 units in the last place, or what the formula loses; which NaN and which zero comes out is not specified.
     */
    public enum Function {
        /** {@code max(alpha, min(x, beta))}; ReLU has alpha 0 and beta +∞. */
        CLIP,
        /** {@code x < 0 ? alpha · x : x}. */
        LEAKY_RELU,
        /** {@code 1 / (1 + e^−x)}, within 2 units in the last place or 2^−125. */
        SIGMOID,
        /** {@code max(0, min(1, fma(alpha, x, beta)))}. */
        HARD_SIGMOID,
        /** {@code x · max(0, min(1, fma(1/6, x, 1/2)))}. */
        HARD_SWISH,
        /**
         * {@code x^alpha}: products and roots for integers from −4 to 4 and halves of 1, else {@code e^(alpha · ln x)}, with the sign of
         * x for odd alpha, and NaN for negative x unless alpha is an integer.
         */
        POWER,
        /** {@code |x|}. */
        ABS,
        /** {@code −x}. */
        NEGATE,
        /** {@code 1 / x}. */
        RECIPROCAL,
        /** Square root; no number below 0. */
        SQRT,
        /** {@code e^x}. */
        EXP,
        /** Natural logarithm; −∞ of 0, no number below. */
        LOG,
        /** The greatest integer that is not greater. */
        FLOOR,
        /** The least integer that is not less. */
        CEIL,
        /** The nearest integer, ties to even. */
        ROUND,
        /** The integer part, towards 0. */
        TRUNCATE,
        /** −1, 0 or 1. */
        SIGN,
        /** {@code x == 0 ? 1 : 0}. */
        NOT,
        /** 1 where x is no number, else 0. */
        IS_NAN,
        /** 1 where x is −∞ and alpha is not 0, or +∞ and beta is not 0; else 0. */
        IS_INFINITE,
        /** Sine of radians. */
        SIN,
        /** Cosine of radians. */
        COS,
        /** Tangent of radians. */
        TAN,
        /** Inverse sine, in radians. */
        ASIN,
        /** Inverse cosine, in radians. */
        ACOS,
        /** Inverse tangent, in radians. */
        ATAN,
        /** Hyperbolic sine. */
        SINH,
        /** Hyperbolic cosine. */
        COSH,
        /** Hyperbolic tangent. */
        TANH,
        /** Inverse hyperbolic sine. */
        ASINH,
        /** Inverse hyperbolic cosine. */
        ACOSH,
        /** Inverse hyperbolic tangent. */
        ATANH,
        /** The error function. */
        ERF,
        /** {@code x < 0 ? beta · alpha · (e^x − 1) : beta · x}; beta is 1 for ELU. */
        SELU,
        /** {@code max(0, x) + min(0, alpha · (e^(x / alpha) − 1))}. */
        CELU,
        /** {@code ln(1 + e^x)}. */
        SOFTPLUS,
        /** {@code x / (1 + |x|)}. */
        SOFTSIGN,
        /** {@code x · tanh(ln(1 + e^x))}. */
        MISH,
        /** {@code x / 2 · (1 + erf(x / √2))}. */
        GELU,
        /** {@code x / 2 · (1 + tanh(√(2 / π) · (x + 0.044715 · x³)))}. */
        GELU_TANH,
        /** {@code x / (1 + e^(−alpha · x))}. */
        SWISH,
        /** {@code x > alpha ? x : 0}. */
        THRESHOLDED_RELU,
        /** {@code x < −alpha ? x + beta : x > alpha ? x − beta : 0}. */
        SHRINK;

        /**
         * Returns the value of this function in double precision, of which the functions that have no definition in
         * single precision are the nearest float.
         */
        public double apply(double alpha, double beta, double x) {
            return ElementFunctions.apply(this, alpha, beta, x);
        }

        /** Returns the steps that define this function in single precision; empty where only double precision defines it. */
        public Optional<FloatProgram> program(float alpha, float beta) {
            return Optional.ofNullable(formula(FloatExpression.input(0), alpha, beta))
                    .map(formula -> FloatProgram.of(1, formula));
        }

        private @Nullable FloatExpression formula(FloatExpression x, float alpha, float beta) {
            return switch (this) {
                case CLIP -> x.within(alpha, beta);
                case LEAKY_RELU -> x.select(x.times(alpha), x);
                case SIGMOID -> Elementary.sigmoid(x);
                case HARD_SIGMOID ->
                    x.timesPlus(alpha, FloatExpression.of(beta)).within(0, 1);
                case HARD_SWISH ->
                    x.times(x.timesPlus(1f / 6f, FloatExpression.of(0.5f)).within(0, 1));
                case POWER -> Elementary.power(x, alpha);
                case ABS -> x.absolute();
                case NEGATE -> x.negated();
                case RECIPROCAL -> FloatExpression.of(1).over(x);
                case SQRT -> x.squareRoot();
                case EXP -> Elementary.exponential(x);
                case LOG -> Elementary.logarithm(x);
                case FLOOR -> Elementary.floor(x);
                case CEIL -> Elementary.ceiling(x);
                case ROUND -> Elementary.round(x);
                case TRUNCATE -> Elementary.floor(x.absolute()).or(x.signBit());
                case SIGN -> Elementary.sign(x);
                case NOT -> Elementary.isZero(x, FloatExpression.of(1), FloatExpression.of(0));
                case TANH -> Elementary.tanh(x);
                case ERF -> Elementary.errorFunction(x);
                case SELU -> Elementary.elu(x, alpha).times(beta);
                case CELU -> Elementary.celu(x, alpha);
                case SOFTPLUS -> Elementary.softplus(x);
                case SOFTSIGN -> x.over(x.absolute().plus(1));
                case MISH -> Elementary.mish(x);
                case GELU -> Elementary.gelu(x);
                case GELU_TANH -> Elementary.geluByTanh(x);
                case SWISH -> Elementary.swish(x, alpha);
                case THRESHOLDED_RELU -> FloatExpression.of(alpha).minus(x).select(x, FloatExpression.of(0));
                case SHRINK ->
                    x.plus(alpha)
                            .select(
                                    x.plus(beta),
                                    FloatExpression.of(alpha).minus(x).select(x.minus(beta), FloatExpression.of(0)));
                case IS_NAN, IS_INFINITE, SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, ASINH, ACOSH, ATANH -> null;
            };
        }
    }

    /** Checks that everything fits together. */
    public FloatUnary {
        Checks.type(input, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(input, output);
        Checks.output(output);
    }

    /** Returns the steps that compute an element, if there are any. */
    public Optional<FloatProgram> program() {
        return function.program(alpha, beta);
    }
}
