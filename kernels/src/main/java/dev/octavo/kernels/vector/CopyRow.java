package dev.octavo.kernels.vector;

import java.lang.foreign.MemorySegment;

/** Copies contiguous elements. */
record CopyRow(int elementBytes) implements RowKernel.Row {
    @Override
    public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
        MemorySegment.copy(memory, left, memory, output, (long) count * elementBytes);
    }
}
