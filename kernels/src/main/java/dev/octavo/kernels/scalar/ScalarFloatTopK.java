package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatTopK;
import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * {@link FloatTopK}; a unit is one line along the axis. Each element is found by a search for the next in order, so that
 * nothing is allocated.
 */
final class ScalarFloatTopK implements Kernel {
    private final FloatTopK spec;

    ScalarFloatTopK(FloatTopK spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "f32-top-k-scalar";
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
            long target = Lines.offset(spec.output(), axis, line);
            int last = -1;
            for (int k = 0; k < spec.output().size(axis); k++) {
                last = next(memory, source, last);
                float result = spec.indices() ? last : at(memory, source, last);
                Elements.putReal(memory, target + k * spec.output().stride(axis), result);
            }
        }
    }

    /** The element that comes first among those behind {@code last} in order; −1 for the very first. */
    private int next(MemorySegment memory, long source, int last) {
        int best = -1;
        for (int i = 0; i < spec.input().size(spec.axis()); i++) {
            boolean behind = last < 0 || precedes(memory, source, last, i);
            if (i != last && behind && (best < 0 || precedes(memory, source, i, best))) {
                best = i;
            }
        }
        return best;
    }

    private boolean precedes(MemorySegment memory, long source, int i, int j) {
        float a = at(memory, source, i);
        float b = at(memory, source, j);
        if (a == b || (Float.isNaN(a) && Float.isNaN(b))) {
            return i < j;
        }
        return Float.isNaN(b) || (spec.least() ? a < b : a > b);
    }

    private float at(MemorySegment memory, long source, int i) {
        return Elements.real(memory, source + i * spec.input().stride(spec.axis()));
    }
}
