package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.QuantizedAdd;
import java.lang.foreign.MemorySegment;

/** {@link QuantizedAdd}. */
final class ScalarQuantizedAdd extends ElementwiseKernel {
    private final QuantizedAdd spec;

    ScalarQuantizedAdd(QuantizedAdd spec) {
        super("q8-add-scalar", spec.output(), spec.left(), spec.right());
        this.spec = spec;
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        int a = Elements.quantized(memory, spec.left().type(), left);
        int b = Elements.quantized(memory, spec.right().type(), right);
        long sum =
                spec.leftMultiplier().applyGuarded(a) + spec.rightMultiplier().applyGuarded(b);
        long rounded = FixedPointMultiplier.withoutGuard(sum);
        Elements.putQuantized(memory, target, Math.clamp(rounded, spec.low(), spec.high()));
    }
}
