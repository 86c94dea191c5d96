package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** What computes each element of the output from the elements at the same place; a unit is one row along the last dimension. */
abstract class ElementwiseKernel implements Kernel {
    private final String name;
    private final TensorView output;
    private final TensorView first;
    private final TensorView second;

    /** Of two operands. */
    ElementwiseKernel(String name, TensorView output, TensorView first, TensorView second) {
        this.name = name;
        this.output = output;
        this.first = first;
        this.second = second;
    }

    /** Of one operand, which takes both places. */
    ElementwiseKernel(String name, TensorView output, TensorView input) {
        this(name, output, input, input);
    }

    /** Computes one element from the places in memory of the operands and of the result. */
    abstract void element(MemorySegment memory, long target, long left, long right, int channel);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int units() {
        return Rows.count(output);
    }

    @Override
    public final void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = from; row < to; row++) {
            long target = Rows.offset(output, row);
            long left = Rows.offset(first, row);
            long right = Rows.offset(second, row);
            for (int i = 0; i < Rows.length(output); i++) {
                element(
                        memory,
                        target + i * Rows.step(output),
                        left + i * Rows.step(first),
                        right + i * Rows.step(second),
                        Rows.channel(output, row, i));
            }
        }
    }
}
