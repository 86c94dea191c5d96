package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatUnary;
import java.lang.foreign.MemorySegment;

/** Functions of a {@link FloatUnary} that have no steps: in double precision. */
final class ScalarFloatUnary extends ElementwiseKernel {
    private final FloatUnary spec;

    ScalarFloatUnary(FloatUnary spec) {
        super("f32-unary-scalar", spec.output(), spec.input());
        this.spec = spec;
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        float x = Elements.real(memory, left);
        Elements.putReal(memory, target, (float) spec.function().apply(spec.alpha(), spec.beta(), x));
    }
}
