package dev.octavo.kernels;

/**
 * A function of each element.
 *
 * @param alpha first parameter of the function
 * @param beta second parameter of the function
 * @param input float
 * @param output float, of the same shape; may be the input's own memory
 */
public record FloatUnary(Function function, float alpha, float beta, TensorView input, TensorView output)
        implements KernelSpec {
    /**
     * The functions. What is not defined in single precision here is the double-precision value rounded to the nearest
     * float.
     */
    public enum Function {
        /** {@code max(alpha, min(x, beta))}; ReLU has alpha 0 and beta +∞. */
        CLIP,
        /** {@code x < 0 ? alpha · x : x}. */
        LEAKY_RELU,
        /** {@code 1 / (1 + e^−x)}, within 2 units in the last place. */
        SIGMOID,
        /** {@code max(0, min(1, fma(alpha, x, beta)))}. */
        HARD_SIGMOID,
        /** {@code x · max(0, min(1, fma(1/6, x, 1/2)))}. */
        HARD_SWISH,
        /** {@code x^alpha}. */
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
    }

    /** Checks that everything fits together. */
    public FloatUnary {
        Checks.type(input, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(input, output);
        Checks.output(output);
    }
}
