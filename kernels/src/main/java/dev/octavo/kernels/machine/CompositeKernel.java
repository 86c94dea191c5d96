package dev.octavo.kernels.machine;

import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Kernels that compute parts of one output, in the order of their units. */
final class CompositeKernel implements Kernel {
    private final Kernel[] parts;
    private final int units;
    private final long scratchBytes;

    /** Joins at least one kernel. */
    CompositeKernel(List<Kernel> parts) {
        this.parts = parts.toArray(Kernel[]::new);
        this.units = parts.stream().mapToInt(Kernel::units).sum();
        this.scratchBytes = parts.stream().mapToLong(Kernel::scratchBytes).max().orElseThrow();
    }

    @Override
    public String name() {
        return parts[0].name() + "-parts" + parts.length;
    }

    @Override
    public int units() {
        return units;
    }

    @Override
    public long scratchBytes() {
        return scratchBytes;
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        int first = 0;
        for (Kernel part : parts) {
            int start = Math.max(from - first, 0);
            int end = Math.min(to - first, part.units());
            if (start < end) {
                part.run(memory, scratch, start, end);
            }
            first += part.units();
        }
    }
}
