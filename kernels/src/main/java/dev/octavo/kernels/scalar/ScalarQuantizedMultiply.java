package dev.octavo.kernels.scalar;

import dev.octavo.kernels.QuantizedMultiply;
import java.lang.foreign.MemorySegment;

/** {@link QuantizedMultiply}. */
final class ScalarQuantizedMultiply extends ElementwiseKernel {
    private final QuantizedMultiply spec;

    ScalarQuantizedMultiply(QuantizedMultiply spec) {
        super("q8-mul-scalar", spec.output(), spec.left(), spec.right());
        this.spec = spec;
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        int a = Elements.quantized(memory, spec.left().type(), left) - spec.leftZero();
        int b = Elements.quantized(memory, spec.right().type(), right) - spec.rightZero();
        int product = Math.clamp(spec.multiplier().apply(a * b + spec.bias()), spec.low(), spec.high());
        Elements.putQuantized(memory, target, product);
    }
}
