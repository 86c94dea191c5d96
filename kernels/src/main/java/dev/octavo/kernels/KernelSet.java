package dev.octavo.kernels;

import java.lang.foreign.Arena;
import java.util.Optional;

/** The kernels of one tier. Sets are equal if they prepare the same kernels: models cache plans by their kernel set. */
public interface KernelSet {
    /**
     * A kernel may read, never write, this many bytes beyond either end of a tensor; whoever plans memory keeps them
     * inside the allocation.
     */
    int SLACK_BYTES = 256;

    /** Returns the tier's name: {@code scalar}, {@code vector} or {@code machine}. */
    String name();

    /**
     * Prepares the kernel for an operation.
     *
     * @param weights where packed weights come from
     * @param arena owns what else the kernel keeps off the heap; the kernel must not run after it is closed
     * @return empty where this tier has no kernel for this case; the scalar tier has one for every case
     */
    Optional<Kernel> prepare(KernelSpec spec, PackingCache weights, Arena arena);

    /** Prepares a kernel that shares its weights with no other: {@code arena} owns them too. */
    default Optional<Kernel> prepare(KernelSpec spec, Arena arena) {
        return prepare(spec, new PackingCache(arena), arena);
    }

    /**
     * Prepares one kernel for a chain of convolutions, whose units are its lanes.
     *
     * @param weights where packed weights come from
     * @param arena owns what else the kernel keeps off the heap; the kernel must not run after it is closed
     * @return empty from tiers that gain nothing by it, of which {@link #stripBytes} is 0
     */
    default Optional<Kernel> prepare(ConvolutionChain chain, PackingCache weights, Arena arena) {
        return Optional.empty();
    }

    /** Returns how many bytes of a chain's inner tensors this tier wants in memory at a time; 0 if it gains nothing by chains. */
    default long stripBytes() {
        return 0;
    }
}
