package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatSoftmax;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** {@link FloatSoftmax}; a unit is one line along the axis. */
final class ScalarFloatSoftmax implements Kernel {
    private final TensorView input;
    private final TensorView output;
    private final int axis;
    private final BlockProgram power = new BlockProgram(FloatSoftmax.power());

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
        float[][] slots = power.slots();
        int length = input.size(axis);
        for (int line = from; line < to; line++) {
            long source = Lines.offset(input, axis, line);
            long target = Lines.offset(output, axis, line);
            float maximum = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < length; i++) {
                float x = Elements.real(memory, source + i * input.stride(axis));
                maximum = x > maximum ? x : maximum;
            }
            float sum = 0;
            for (int start = 0; start < length; start += BlockProgram.BLOCK) {
                int count = Math.min(BlockProgram.BLOCK, length - start);
                sum = powers(memory, slots, source, target, start, count, maximum, sum);
            }
            for (int i = 0; i < length; i++) {
                long place = target + i * output.stride(axis);
                Elements.putReal(memory, place, Elements.real(memory, place) / sum);
            }
        }
    }

    /** Puts the powers of a block into the output, and adds them to a sum. */
    private float powers(
            MemorySegment memory,
            float[][] slots,
            long source,
            long target,
            int start,
            int count,
            float maximum,
            float before) {
        float[] values = power.input(slots, 0);
        Arrays.fill(power.input(slots, 1), 0, count, maximum);
        for (int i = 0; i < count; i++) {
            values[i] = Elements.real(memory, source + (start + i) * input.stride(axis));
        }
        float[] results = power.run(slots, count);
        float sum = before;
        for (int i = 0; i < count; i++) {
            Elements.putReal(memory, target + (start + i) * output.stride(axis), results[i]);
            sum += results[i];
        }
        return sum;
    }
}
