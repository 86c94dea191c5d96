package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.QuantizedAdd;
import java.lang.foreign.MemorySegment;

/** {@link QuantizedAdd}; a unit is one row along the last dimension. */
final class ScalarQuantizedAdd implements Kernel {
    private final QuantizedAdd spec;

    ScalarQuantizedAdd(QuantizedAdd spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "q8-add-scalar";
    }

    @Override
    public int units() {
        return Rows.count(spec.output());
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = from; row < to; row++) {
            long left = Rows.offset(spec.left(), row);
            long right = Rows.offset(spec.right(), row);
            long output = Rows.offset(spec.output(), row);
            for (int i = 0; i < Rows.length(spec.output()); i++) {
                int a = Elements.quantized(memory, spec.left().type(), left + i * Rows.step(spec.left()));
                int b = Elements.quantized(memory, spec.right().type(), right + i * Rows.step(spec.right()));
                long sum = spec.leftMultiplier().applyGuarded(a)
                        + spec.rightMultiplier().applyGuarded(b);
                long rounded = FixedPointMultiplier.withoutGuard(sum);
                Elements.putQuantized(
                        memory, output + i * Rows.step(spec.output()), Math.clamp(rounded, spec.low(), spec.high()));
            }
        }
    }
}
