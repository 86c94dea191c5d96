package dev.octavo.runtime.plan;

import dev.octavo.kernels.Kernel;

/**
 * One kernel of a plan.
 *
 * @param slot number of the step within the plan, from 0
 * @param name of the operation that it belongs to
 * @param macs multiplications with accumulation; 0 where none are counted
 * @param shared whether it is so much work that threads gain by sharing it
 */
public record Step(int slot, String name, Kernel kernel, long macs, boolean shared) {
    /** A few microseconds of work, which handing it to a thread that spins costs a tenth of. */
    private static final long LEAST_SHARED_MACS = 1 << 19;

    private static final long LEAST_SHARED_ELEMENTS = 1 << 16;

    static Step of(int slot, String name, Kernel kernel, long macs, long elements) {
        boolean shared = kernel.units() > 1 && (macs >= LEAST_SHARED_MACS || elements >= LEAST_SHARED_ELEMENTS);
        return new Step(slot, name, kernel, macs, shared);
    }
}
