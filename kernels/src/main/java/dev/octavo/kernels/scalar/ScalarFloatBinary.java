package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/** {@link FloatBinary}; a unit is one row along the last dimension. */
final class ScalarFloatBinary implements Kernel {
    private final FloatBinary spec;

    ScalarFloatBinary(FloatBinary spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "f32-binary-scalar";
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
                float a = Elements.real(memory, left + i * Rows.step(spec.left()));
                float b = Elements.real(memory, right + i * Rows.step(spec.right()));
                Elements.putReal(memory, output + i * Rows.step(spec.output()), apply(a, b));
            }
        }
    }

    private float apply(float a, float b) {
        return switch (spec.function()) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
        };
    }
}
