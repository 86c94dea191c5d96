package dev.octavo.kernels.scalar;

import static dev.octavo.kernels.scalar.BlockProgram.BLOCK;

import dev.octavo.kernels.FloatProgram;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** A {@link FloatProgram} for each element; a unit is one row along the last dimension. */
final class ScalarFloatProgram implements Kernel {
    private final String name;
    private final BlockProgram program;
    private final TensorView output;
    private final TensorView[] inputs;

    ScalarFloatProgram(String name, FloatProgram program, TensorView output, TensorView... inputs) {
        this.name = name;
        this.program = new BlockProgram(program);
        this.output = output;
        this.inputs = inputs;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int units() {
        return Rows.count(output);
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        float[][] slots = program.slots();
        for (int row = from; row < to; row++) {
            for (int start = 0; start < Rows.length(output); start += BLOCK) {
                block(memory, slots, row, start, Math.min(BLOCK, Rows.length(output) - start));
            }
        }
    }

    private void block(MemorySegment memory, float[][] slots, int row, int start, int count) {
        for (int v = 0; v < inputs.length; v++) {
            float[] values = program.input(slots, v);
            long step = Rows.step(inputs[v]);
            long place = Rows.offset(inputs[v], row) + start * step;
            for (int i = 0; i < count; i++) {
                values[i] = Elements.real(memory, place + i * step);
            }
        }
        float[] results = program.run(slots, count);
        long step = Rows.step(output);
        long place = Rows.offset(output, row) + start * step;
        for (int i = 0; i < count; i++) {
            Elements.putReal(memory, place + i * step, results[i]);
        }
    }
}
