package dev.octavo.kernels.scalar;

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
        float product = Math.fma(b, spec.rightMultiplier().value(), spec.offset());
        double rounded = Math.rint(Math.fma(a, spec.leftMultiplier().value(), product));
        Elements.putQuantized(memory, target, Math.clamp((long) rounded, spec.low(), spec.high()));
    }
}
