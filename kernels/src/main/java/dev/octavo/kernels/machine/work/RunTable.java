package dev.octavo.kernels.machine.work;

import dev.octavo.kernels.machine.work.PixelGrid.Skip;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where the runs of a window lie, as data that items point to, so that windows at the upper and lower edges take fewer of them
 * with the same code.
 */
public final class RunTable {
    /** Field: the first run's weights, in bytes from those of all runs. */
    public static final int WEIGHTS = 0;
    /** Field: address of the first run's offset. */
    public static final int FIRST = 8;
    /** Field: address of the last run's offset. */
    public static final int LAST = 16;

    private final MemorySegment offsets;
    private final Arena arena;

    /**
     * @param arena owns the tables
     */
    public RunTable(ConvolutionRuns runs, Arena arena) {
        long[] bytes = runs.offsets().stream().mapToLong(Long::longValue).toArray();
        this.offsets = arena.allocateFrom(ValueLayout.JAVA_LONG, bytes);
        this.arena = arena;
    }

    /**
     * The fields for windows that leave out some rows of taps.
     *
     * @param skip runs at either end, where runs are rows
     * @param runBytes of the weights of a run
     * @return address
     */
    public long without(Skip skip, long runBytes) {
        long first = offsets.address() + (long) skip.first() * Long.BYTES;
        long last = offsets.address() + offsets.byteSize() - (long) (skip.last() + 1) * Long.BYTES;
        return arena.allocateFrom(ValueLayout.JAVA_LONG, skip.first() * runBytes, first, last)
                .address();
    }
}
