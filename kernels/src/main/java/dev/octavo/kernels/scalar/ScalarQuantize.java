package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link Quantize}; a unit is one row along the last dimension. */
final class ScalarQuantize implements Kernel {
    private final Quantize spec;
    private final TensorView input;
    private final TensorView output;
    private final float[] multipliers;
    private final float[] offsets;

    ScalarQuantize(Quantize spec) {
        this.spec = spec;
        this.input = spec.input();
        this.output = spec.output();
        this.multipliers = spec.multipliers();
        this.offsets = spec.offsets();
    }

    @Override
    public String name() {
        return "f32-quantize-scalar";
    }

    @Override
    public int units() {
        return Rows.count(output);
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = from; row < to; row++) {
            long source = Rows.offset(input, row);
            long target = Rows.offset(output, row);
            for (int i = 0; i < Rows.length(output); i++) {
                int channel = multipliers.length == 1 ? 0 : output.rank() == 2 ? i : Rows.index(output, row, 1);
                float value = Elements.real(memory, source + i * Rows.step(input));
                double rounded = Math.rint(Math.fma(value, multipliers[channel], offsets[channel]));
                // The cast takes NaN to 0 and saturates.
                int quantized = Math.clamp((long) rounded, spec.low(), spec.high());
                Elements.putQuantized(memory, target + i * Rows.step(output), quantized);
            }
        }
    }
}
