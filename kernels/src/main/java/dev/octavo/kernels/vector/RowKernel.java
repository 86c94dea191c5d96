package dev.octavo.kernels.vector;

import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/** An operation on each element by itself, row by row of a {@link Traversal}; a unit is one piece. */
final class RowKernel implements Kernel {
    /** What is done with contiguous elements. */
    interface Row {
        /**
         * Computes them.
         *
         * @param scratch room for one vector
         * @param count how many
         * @param output offset of the first result
         * @param left offset of the first element of the first operand
         * @param right offset of that of the second operand, if there is one
         */
        void run(MemorySegment memory, long scratch, int count, long output, long left, long right);
    }

    private final String name;
    private final Traversal traversal;
    private final int lastOperand;
    private final Row row;

    /**
     * Creates the kernel.
     *
     * @param operands one or two, which follow the output among the views of the traversal
     */
    RowKernel(String operation, Traversal traversal, int operands, Row row) {
        this.name = operation + "-" + Species.LANES + "-vector" + Species.bits();
        this.traversal = traversal;
        this.lastOperand = operands;
        this.row = row;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int units() {
        return traversal.units();
    }

    @Override
    public long scratchBytes() {
        return Species.bits() / Byte.SIZE;
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            row.run(
                    memory,
                    scratch,
                    traversal.length(unit),
                    traversal.offset(0, unit),
                    traversal.offset(1, unit),
                    traversal.offset(lastOperand, unit));
        }
    }
}
