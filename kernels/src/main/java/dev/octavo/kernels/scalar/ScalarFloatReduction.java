package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link FloatReduction}; a unit is one element of the output. */
final class ScalarFloatReduction implements Kernel {
    private final FloatReduction.Kind kind;
    private final TensorView input;
    private final TensorView output;
    private final int count;

    ScalarFloatReduction(FloatReduction spec) {
        this.kind = spec.kind();
        this.input = spec.input();
        this.output = spec.output();
        this.count = Math.toIntExact(input.elements() / output.elements());
    }

    @Override
    public String name() {
        return "f32-reduction-scalar";
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
            float result = switch (kind) {
                case MEAN, SUM -> 0;
                case PRODUCT -> 1;
                case MAXIMUM -> Float.NEGATIVE_INFINITY;
                case MINIMUM -> Float.POSITIVE_INFINITY;
            };
            for (int i = 0; i < count; i++) {
                float x = Elements.real(memory, source + reduced(i));
                result = switch (kind) {
                    case MEAN, SUM -> result + x;
                    case PRODUCT -> result * x;
                    case MAXIMUM -> Math.max(result, x);
                    case MINIMUM -> Math.min(result, x);
                };
            }
            Elements.putReal(memory, target, kind == FloatReduction.Kind.MEAN ? result / count : result);
        }
    }

    /** Bytes from the first to the i-th of the elements that are reduced, in the order of the dimensions. */
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
