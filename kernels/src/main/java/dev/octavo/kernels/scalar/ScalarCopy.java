package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Copy;
import java.lang.foreign.MemorySegment;

/** {@link Copy}. */
final class ScalarCopy extends ElementwiseKernel {
    private final int bytes;

    ScalarCopy(Copy spec) {
        super("copy-scalar", spec.output(), spec.input());
        this.bytes = spec.output().type().bytes();
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        for (int b = 0; b < bytes; b++) {
            memory.set(Elements.INT8, target + b, memory.get(Elements.INT8, left + b));
        }
    }
}
