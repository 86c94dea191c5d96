package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Quantize;
import java.lang.foreign.MemorySegment;

/** {@link Quantize}. */
final class ScalarQuantize extends ElementwiseKernel {
    private final Quantize spec;
    private final float[] scales;
    private final float[] shifts;

    ScalarQuantize(Quantize spec) {
        super("f32-quantize-scalar", spec.output(), spec.input());
        this.spec = spec;
        this.scales = spec.scales();
        this.shifts = spec.shifts();
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        int c = scales.length == 1 ? 0 : channel;
        float steps = (Elements.real(memory, left) - shifts[c]) / scales[c];
        // The cast takes NaN to 0 and saturates; a float's long plus a zero point cannot overflow once it is clamped.
        long rounded = Math.clamp((long) Math.rint(steps), -(1 << 20), 1 << 20);
        Elements.putQuantized(memory, target, Math.clamp(rounded + spec.zeroPoint(), spec.low(), spec.high()));
    }
}
