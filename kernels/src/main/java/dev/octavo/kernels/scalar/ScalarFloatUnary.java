package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatUnary;
import java.lang.foreign.MemorySegment;

/** {@link FloatUnary}. */
final class ScalarFloatUnary extends ElementwiseKernel {
    private final FloatUnary spec;

    ScalarFloatUnary(FloatUnary spec) {
        super("f32-unary-scalar", spec.output(), spec.input());
        this.spec = spec;
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        Elements.putReal(memory, target, apply(Elements.real(memory, left)));
    }

    private float apply(float x) {
        float alpha = spec.alpha();
        float beta = spec.beta();
        return switch (spec.function()) {
            case CLIP -> Math.max(alpha, Math.min(x, beta));
            case LEAKY_RELU -> x < 0 ? alpha * x : x;
            case HARD_SIGMOID -> Math.max(0f, Math.min(1f, Math.fma(alpha, x, beta)));
            case HARD_SWISH -> x * Math.max(0f, Math.min(1f, Math.fma(1f / 6f, x, 0.5f)));
            case SIGMOID,
                    POWER,
                    ABS,
                    NEGATE,
                    RECIPROCAL,
                    SQRT,
                    EXP,
                    LOG,
                    FLOOR,
                    CEIL,
                    ROUND,
                    TRUNCATE,
                    SIGN,
                    NOT,
                    IS_NAN,
                    IS_INFINITE,
                    SIN,
                    COS,
                    TAN,
                    ASIN,
                    ACOS,
                    ATAN,
                    SINH,
                    COSH,
                    TANH,
                    ASINH,
                    ACOSH,
                    ATANH,
                    ERF,
                    SELU,
                    CELU,
                    SOFTPLUS,
                    SOFTSIGN,
                    MISH,
                    GELU,
                    GELU_TANH,
                    SWISH,
                    THRESHOLDED_RELU,
                    SHRINK -> (float) spec.function().apply(alpha, beta, x);
        };
    }
}
