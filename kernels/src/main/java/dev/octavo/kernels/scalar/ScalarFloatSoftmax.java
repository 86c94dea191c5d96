package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatSoftmax;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link FloatSoftmax}; a unit is one line along the axis. */
final class ScalarFloatSoftmax implements Kernel {
    private final TensorView input;
    private final TensorView output;
    private final int axis;

    ScalarFloatSoftmax(FloatSoftmax spec) {
        this.input = spec.input();
        this.output = spec.output();
        this.axis = spec.axis();
    }

    @Override
    public String name() {
        return "f32-softmax-scalar";
    }

    @Override
    public int units() {
        return Lines.count(output, axis);
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int line = from; line < to; line++) {
            long source = Lines.offset(input, axis, line);
            long target = Lines.offset(output, axis, line);
            float maximum = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < input.size(axis); i++) {
                maximum = Math.max(maximum, Elements.real(memory, source + i * input.stride(axis)));
            }
            double sum = 0;
            for (int i = 0; i < input.size(axis); i++) {
                sum += exponential(memory, source + i * input.stride(axis), maximum);
            }
            for (int i = 0; i < input.size(axis); i++) {
                double power = exponential(memory, source + i * input.stride(axis), maximum);
                Elements.putReal(memory, target + i * output.stride(axis), (float) (power / sum));
            }
        }
    }

    private static double exponential(MemorySegment memory, long offset, float maximum) {
        return Math.exp((double) Elements.real(memory, offset) - maximum);
    }
}
