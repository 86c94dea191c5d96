package dev.octavo.kernels;

import java.lang.foreign.MemorySegment;

/**
 * One operation, prepared for one tier: weights packed, addresses fixed, ready to run any number of times on any memory
 * that was planned for it.
 *
 * <p>A kernel is immutable and may run on several threads at once, on different memories or on disjoint units of one
 * memory. A run allocates nothing on the heap. Its result does not depend on how the units are divided.
 */
public interface Kernel {
    /** Returns what profiles and logs call it, such as {@code u8s8-conv-7x64-avx512vnni}: types, operation, tile, instruction set. */
    String name();

    /** Returns into how many independent parts the work divides; at least 1. */
    int units();

    /** Returns the bytes of scratch memory that one call of {@link #run} needs; concurrent calls need one such piece each. */
    default long scratchBytes() {
        return 0;
    }

    /**
     * Computes units {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @param memory native memory that holds every tensor of the plan, 64-byte aligned, with at least {@link
     *     KernelSet#SLACK_BYTES} readable bytes before the first and after the last of them
     * @param scratch offset in {@code memory} of {@link #scratchBytes} bytes, 64-byte aligned
     */
    void run(MemorySegment memory, long scratch, int from, int to);

    /** Computes everything on the calling thread. */
    default void run(MemorySegment memory, long scratch) {
        run(memory, scratch, 0, units());
    }
}
