package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Quantize;
import java.lang.foreign.MemorySegment;

/** {@link Quantize}. */
final class ScalarQuantize extends ElementwiseKernel {
    private final Quantize spec;
    private final float[] multipliers;
    private final float[] offsets;

    ScalarQuantize(Quantize spec) {
        super("f32-quantize-scalar", spec.output(), spec.input());
        this.spec = spec;
        this.multipliers = spec.multipliers();
        this.offsets = spec.offsets();
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        int c = multipliers.length == 1 ? 0 : channel;
        double rounded = Math.rint(Math.fma(Elements.real(memory, left), multipliers[c], offsets[c]));
        // The cast takes NaN to 0 and saturates.
        Elements.putQuantized(memory, target, Math.clamp((long) rounded, spec.low(), spec.high()));
    }
}
