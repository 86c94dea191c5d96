package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatGather;
import java.lang.foreign.MemorySegment;

/** {@link FloatGather}. */
final class ScalarFloatGather extends ElementwiseKernel {
    private final FloatGather spec;

    ScalarFloatGather(FloatGather spec) {
        super("f32-gather-scalar", spec.output(), spec.data(), spec.indices());
        this.spec = spec;
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        int index = FloatGather.index(Elements.real(memory, right), spec.extent());
        Elements.putReal(memory, target, Elements.real(memory, left + index * spec.stride()));
    }
}
