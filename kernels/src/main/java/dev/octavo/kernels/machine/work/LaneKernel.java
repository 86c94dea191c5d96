package dev.octavo.kernels.machine.work;

import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/** A kernel whose items depend on those before them, but for where lanes begin: lanes are its units. */
public final class LaneKernel implements Kernel {
    private final EmittedKernel items;
    private final int[] laneStarts;

    /**
     * @param laneStarts index of the first item of each lane, and the number of items
     */
    public LaneKernel(EmittedKernel items, int[] laneStarts) {
        this.items = items;
        this.laneStarts = laneStarts;
    }

    @Override
    public String name() {
        return items.name();
    }

    @Override
    public int units() {
        return laneStarts.length - 1;
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        items.run(memory, scratch, laneStarts[from], laneStarts[to]);
    }
}
