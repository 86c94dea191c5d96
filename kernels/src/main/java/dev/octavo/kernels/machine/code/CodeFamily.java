package dev.octavo.kernels.machine.code;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.packing.WeightLayout;
import dev.octavo.kernels.machine.work.ChannelBlock;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/**
 * Emits kernels for one instruction set: the seam between what a kernel computes, in which order and on which memory, and the
 * instructions that compute it. An implementation is a package of its own beside {@code x86}; nothing else depends on it.
 */
public interface CodeFamily {
    /** Returns the instruction set's name in kernel names and in the property {@code octavo.isa}. */
    String label();

    /** Returns the bytes of a vector register. */
    int vectorBytes();

    /** Returns the bytes of a core's L1 data cache. */
    int level1Bytes();

    /** Returns the bytes of the L2 cache that a core sees. */
    int level2Bytes();

    /** Returns how many vector registers of a tile hold sums of floats. */
    int accumulators();

    /**
     * Returns the most pixels of a convolution's tile.
     *
     * @param vectors accumulators per pixel
     */
    int pixels(ElementType input, int vectors);

    /**
     * Divides the output channels of a dense convolution of bytes into what a tile computes together.
     *
     * @param bytes whether the output is bytes and not floats
     */
    List<ChannelBlock> denseBlocks(int channels, boolean bytes);

    /** Divides the channels of a depthwise convolution of bytes into blocks of at most a vector of bytes. */
    List<ChannelBlock> depthwiseBlocks(int channels);

    /** Returns how weights are packed; equal layouts pack to the same bytes. */
    WeightLayout weightLayout();

    /** Returns whether {@link KernelCode} can compute a convolution of floats. */
    boolean supports(FloatConvolution spec);

    /**
     * Begins a kernel of convolutions.
     *
     * @param arena owns what the kernel keeps off the heap, its code included unless that is shared
     */
    KernelCode kernel(Arena arena);

    /**
     * Prepares the kernel of an operation that has no packed weights.
     *
     * @param arena owns what the kernel keeps off the heap
     * @return empty where there is no emitted kernel for the case
     * @throws TierUnavailableException if the JVM or the system refuses executable memory
     */
    Optional<Kernel> prepare(KernelSpec spec, Arena arena) throws TierUnavailableException;

    /**
     * Emits loops that measure what a core can do at most.
     *
     * @throws TierUnavailableException if the JVM or the system refuses executable memory
     */
    PeakLoops peaks() throws TierUnavailableException;
}
