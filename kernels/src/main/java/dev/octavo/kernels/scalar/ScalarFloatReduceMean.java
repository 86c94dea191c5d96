package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatReduceMean;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link FloatReduceMean}; a unit is one element of the output. */
final class ScalarFloatReduceMean implements Kernel {
    private final TensorView input;
    private final TensorView output;
    private final int count;

    ScalarFloatReduceMean(FloatReduceMean spec) {
        this.input = spec.input();
        this.output = spec.output();
        this.count = Math.toIntExact(input.elements() / output.elements());
    }

    @Override
    public String name() {
        return "f32-mean-scalar";
    }

    @Override
    public int units() {
        return Math.toIntExact(output.elements());
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int element = from; element < to; element++) {
            long source = input.offset();
            long target = output.offset();
            int index = element;
            for (int d = output.rank() - 1; d >= 0; d--) {
                int i = index % output.size(d);
                source += i * input.stride(d);
                target += i * output.stride(d);
                index /= output.size(d);
            }
            float sum = 0;
            for (int i = 0; i < count; i++) {
                sum += Elements.real(memory, source + reduced(i));
            }
            Elements.putReal(memory, target, sum / count);
        }
    }

    /** Bytes from the first to the i-th of the elements that are averaged, in the order of the dimensions. */
    private long reduced(int i) {
        long offset = 0;
        int index = i;
        for (int d = input.rank() - 1; d >= 0; d--) {
            if (output.size(d) != input.size(d)) {
                offset += index % input.size(d) * input.stride(d);
                index /= input.size(d);
            }
        }
        return offset;
    }
}
