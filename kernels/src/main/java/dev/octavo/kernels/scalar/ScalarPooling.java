package dev.octavo.kernels.scalar;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Pooling;
import java.lang.foreign.MemorySegment;

/** {@link Pooling} of bytes. */
final class ScalarPooling extends WindowKernel {
    private final Pooling spec;

    ScalarPooling(Pooling spec) {
        super("q8-pool-scalar", spec);
        this.spec = spec;
    }

    @Override
    void element(MemorySegment memory, int n, int y, int x, int c) {
        int maximum = spec.input().type() == ElementType.UINT8 ? 0 : Byte.MIN_VALUE;
        int sum = 0;
        int count = 0;
        for (int t = 0; t < taps(); t++) {
            if (inside(y, x, t)) {
                int value = Elements.quantized(memory, spec.input().type(), tap(n, y, x, c, t));
                maximum = Math.max(maximum, value);
                sum += value;
                count++;
            }
        }
        int value = spec.kind() == Pooling.Kind.MAX ? maximum : average(sum, spec.countPadding() ? taps() : count);
        Elements.putQuantized(memory, place(spec.output(), n, y, x, c), value);
    }

    private int average(int sum, int count) {
        if (count == 0) {
            return 0;
        }
        boolean unsigned = spec.output().type() == ElementType.UINT8;
        // The product of two floats is exact as a double.
        double rounded = Math.rint((double) (float) (sum + spec.offset()) * spec.multiplier(count));
        return (int) Math.clamp(rounded, unsigned ? 0 : -128, unsigned ? 255 : 127);
    }
}
