package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Copy;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link Copy}; a unit is one row along the last dimension. */
final class ScalarCopy implements Kernel {
    private final TensorView input;
    private final TensorView output;

    ScalarCopy(Copy spec) {
        this.input = spec.input();
        this.output = spec.output();
    }

    @Override
    public String name() {
        return "copy-scalar";
    }

    @Override
    public int units() {
        return Rows.count(output);
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        int bytes = output.type().bytes();
        for (int row = from; row < to; row++) {
            long source = Rows.offset(input, row);
            long target = Rows.offset(output, row);
            for (int i = 0; i < Rows.length(output); i++) {
                for (int b = 0; b < bytes; b++) {
                    byte bits = memory.get(Elements.INT8, source + i * Rows.step(input) + b);
                    memory.set(Elements.INT8, target + i * Rows.step(output) + b, bits);
                }
            }
        }
    }
}
