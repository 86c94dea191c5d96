package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link Dequantize}; a unit is one row along the last dimension. */
final class ScalarDequantize implements Kernel {
    private final TensorView input;
    private final TensorView output;
    private final float scale;

    ScalarDequantize(Dequantize spec) {
        this.input = spec.input();
        this.output = spec.output();
        this.scale = spec.scale();
    }

    @Override
    public String name() {
        return "q8-dequantize-scalar";
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
                int value = Elements.quantized(memory, input.type(), source + i * Rows.step(input));
                Elements.putReal(memory, target + i * Rows.step(output), value * scale);
            }
        }
    }
}
