package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Fill;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** {@link Fill}; a unit is one of the outputs. */
final class ScalarFill implements Kernel {
    private final List<TensorView> outputs;
    private final byte[] pattern;

    ScalarFill(Fill spec) {
        this.outputs = spec.outputs();
        this.pattern = spec.pattern();
    }

    @Override
    public String name() {
        return "fill-scalar";
    }

    @Override
    public int units() {
        return outputs.size();
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            TensorView output = outputs.get(unit);
            for (int row = 0; row < Rows.count(output); row++) {
                fill(memory, output, row);
            }
        }
    }

    private void fill(MemorySegment memory, TensorView output, int row) {
        int bytes = output.type().bytes();
        boolean perChannel = pattern.length > bytes;
        long target = Rows.offset(output, row);
        for (int i = 0; i < Rows.length(output); i++) {
            int channel = perChannel ? Rows.channel(output, row, i) : 0;
            for (int b = 0; b < bytes; b++) {
                memory.set(Elements.INT8, target + i * Rows.step(output) + b, pattern[channel * bytes + b]);
            }
        }
    }
}
