package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.LookUp;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link LookUp}; a unit is one row along the last dimension. */
final class ScalarLookUp implements Kernel {
    private final TensorView input;
    private final TensorView output;
    private final byte[] table;

    ScalarLookUp(LookUp spec) {
        this.input = spec.input();
        this.output = spec.output();
        this.table = spec.table();
    }

    @Override
    public String name() {
        return "q8-lookup-scalar";
    }

    @Override
    public int units() {
        return Rows.count(output);
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = from; row < to; row++) {
            long source = Rows.offset(input, row);
            long target = Rows.offset(output, row);
            for (int i = 0; i < Rows.length(output); i++) {
                byte bits = memory.get(Elements.INT8, source + i * Rows.step(input));
                memory.set(Elements.INT8, target + i * Rows.step(output), table[Byte.toUnsignedInt(bits)]);
            }
        }
    }
}
