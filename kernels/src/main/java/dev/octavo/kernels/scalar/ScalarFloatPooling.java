package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Pooling;
import java.lang.foreign.MemorySegment;

/** {@link Pooling} of floats. */
final class ScalarFloatPooling extends WindowKernel {
    private final Pooling spec;

    ScalarFloatPooling(Pooling spec) {
        super("f32-pool-scalar", spec);
        this.spec = spec;
    }

    @Override
    void element(MemorySegment memory, int n, int y, int x, int c) {
        float maximum = Float.NEGATIVE_INFINITY;
        float sum = 0;
        int count = 0;
        for (int t = 0; t < taps(); t++) {
            if (inside(y, x, t)) {
                float value = Elements.real(memory, tap(n, y, x, c, t));
                maximum = Math.max(maximum, value);
                sum += value;
                count++;
            }
        }
        float value = spec.kind() == Pooling.Kind.MAX ? maximum : average(sum, spec.countPadding() ? taps() : count);
        Elements.putReal(memory, place(spec.output(), n, y, x, c), value);
    }

    private static float average(float sum, int count) {
        return count == 0 ? 0 : sum / count;
    }
}
