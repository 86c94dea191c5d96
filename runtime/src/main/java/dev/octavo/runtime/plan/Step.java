package dev.octavo.runtime.plan;

import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * One kernel of a plan.
 *
 * @param slot number of the step within the plan, from 0
 * @param name of the operation that it belongs to
 * @param macs multiplications with accumulation; 0 where none are counted
 * @param shared whether it is so much work that threads gain by sharing it
 * @param chunk units to compute at a time, so that a run can end between them; at least 1
 */
public record Step(int slot, String name, Kernel kernel, long macs, boolean shared, int chunk) {
    /** A few microseconds of work, which handing it to a thread that spins costs a tenth of. */
    private static final long LEAST_SHARED_MACS = 1 << 19;

    private static final long LEAST_SHARED_ELEMENTS = 1 << 16;

    /** Milliseconds of emitted code, and below a second of any tier. */
    private static final long CHUNK_WORK = 1 << 28;

    /**
     * Describes a kernel.
     *
     * @param work about how many elements it reads, multiplications included
     */
    static Step of(int slot, String name, Kernel kernel, long macs, long elements, long work) {
        int units = kernel.units();
        boolean shared = units > 1 && (macs >= LEAST_SHARED_MACS || elements >= LEAST_SHARED_ELEMENTS);
        long perUnit = Math.max(1, Math.max(macs, work) / units);
        return new Step(slot, name, kernel, macs, shared, Math.clamp(CHUNK_WORK / perUnit, 1, units));
    }

    /**
     * Computes all units on the calling thread, or fewer if the run ends.
     *
     * @param scratch offset in memory of the kernel's scratch
     */
    public void run(MemorySegment memory, long scratch, RunControl control) {
        run(memory, scratch, 0, kernel.units(), control);
    }

    /** Computes units {@code from} (inclusive) to {@code to} (exclusive), or fewer if the run ends. */
    void run(MemorySegment memory, long scratch, int from, int to, RunControl control) {
        for (int unit = from; unit < to && (chunk >= to - from || !control.ended()); unit += chunk) {
            kernel.run(memory, scratch, unit, Math.min(to, unit + chunk));
        }
    }
}
