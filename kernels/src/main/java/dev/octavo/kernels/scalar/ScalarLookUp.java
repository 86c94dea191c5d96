package dev.octavo.kernels.scalar;

import dev.octavo.kernels.LookUp;
import java.lang.foreign.MemorySegment;

/** {@link LookUp}. */
final class ScalarLookUp extends ElementwiseKernel {
    private final byte[] table;

    ScalarLookUp(LookUp spec) {
        super("q8-lookup-scalar", spec.output(), spec.input());
        this.table = spec.table();
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        memory.set(Elements.INT8, target, table[Byte.toUnsignedInt(memory.get(Elements.INT8, left))]);
    }
}
