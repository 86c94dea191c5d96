package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatSelect;
import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/** {@link FloatSelect}; a unit is one row along the last dimension. */
final class ScalarFloatSelect implements Kernel {
    private final FloatSelect spec;

    ScalarFloatSelect(FloatSelect spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "f32-select-scalar";
    }

    @Override
    public int units() {
        return Rows.count(spec.output());
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = from; row < to; row++) {
            long target = Rows.offset(spec.output(), row);
            long condition = Rows.offset(spec.condition(), row);
            long left = Rows.offset(spec.left(), row);
            long right = Rows.offset(spec.right(), row);
            for (int i = 0; i < Rows.length(spec.output()); i++) {
                boolean holds = Elements.real(memory, condition + i * Rows.step(spec.condition())) != 0;
                long source = holds ? left + i * Rows.step(spec.left()) : right + i * Rows.step(spec.right());
                Elements.putReal(memory, target + i * Rows.step(spec.output()), Elements.real(memory, source));
            }
        }
    }
}
