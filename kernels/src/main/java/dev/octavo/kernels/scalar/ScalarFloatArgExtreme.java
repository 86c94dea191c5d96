package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatArgExtreme;
import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/** {@link FloatArgExtreme}; a unit is one line along the axis. */
final class ScalarFloatArgExtreme implements Kernel {
    private final FloatArgExtreme spec;

    ScalarFloatArgExtreme(FloatArgExtreme spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "f32-arg-extreme-scalar";
    }

    @Override
    public int units() {
        return Lines.count(spec.output(), spec.axis());
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        int axis = spec.axis();
        for (int line = from; line < to; line++) {
            long source = Lines.offset(spec.input(), axis, line);
            float best = spec.least() ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
            int index = 0;
            for (int i = 0; i < spec.input().size(axis); i++) {
                float x = Elements.real(memory, source + i * spec.input().stride(axis));
                boolean better = spec.least() ? x < best : x > best;
                if (better || (spec.last() && x == best)) {
                    best = x;
                    index = i;
                }
            }
            Elements.putReal(memory, Lines.offset(spec.output(), axis, line), index);
        }
    }
}
