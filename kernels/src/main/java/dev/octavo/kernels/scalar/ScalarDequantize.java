package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.ElementType;
import java.lang.foreign.MemorySegment;

/** {@link Dequantize}. */
final class ScalarDequantize extends ElementwiseKernel {
    private final ElementType type;
    private final float scale;
    private final int zero;

    ScalarDequantize(Dequantize spec) {
        super("q8-dequantize-scalar", spec.output(), spec.input());
        this.type = spec.input().type();
        this.scale = spec.scale();
        this.zero = spec.zero();
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        Elements.putReal(memory, target, (Elements.quantized(memory, type, left) - zero) * scale);
    }
}
