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
            case SIGMOID -> (float) (1 / (1 + Math.exp(-x)));
            case HARD_SIGMOID -> Math.max(0f, Math.min(1f, Math.fma(alpha, x, beta)));
            case HARD_SWISH -> x * Math.max(0f, Math.min(1f, Math.fma(1f / 6f, x, 0.5f)));
            case POWER -> (float) Math.pow(x, alpha);
        };
    }
}
