package dev.octavo.kernels.machine.code;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.EmittedKernel;
import dev.octavo.kernels.machine.work.WorkList;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * The code of one kernel in the making: numbered variants, of which every item of its {@link WorkList} selects one. Variants
 * are added first and written by {@link #build}, which ends the making.
 */
public interface KernelCode {
    /** Returns the owner of what the kernel's items refer to. */
    Arena arena();

    /**
     * Returns the code of a dense convolution of bytes.
     *
     * @param runs where its inputs lie; their offsets are read from the items
     * @param floor whether some input takes an accumulator below {@link
     *     dev.octavo.kernels.machine.packing.WeightLayout#leastExact}
     */
    ConvolutionCode convolution(Convolution spec, ConvolutionRuns runs, boolean floor);

    /**
     * Returns the code of a dense convolution of floats.
     *
     * @param runs where its inputs lie; their offsets are read from the items
     */
    ConvolutionCode convolution(FloatConvolution spec, ConvolutionRuns runs);

    /**
     * Returns the code of a depthwise convolution of bytes.
     *
     * @param floor as for a dense one
     */
    DepthwiseCode depthwise(Convolution spec, boolean floor);

    /**
     * Returns the code of a depthwise convolution of floats.
     *
     * @param blocks all channels, in vectors
     */
    FloatDepthwiseCode depthwise(FloatConvolution spec, List<ChannelBlock> blocks);

    /** Returns the code that moves rows of a chain's strips. */
    StripCode strips();

    /**
     * Emits and loads the kernel, of which each item is a unit.
     *
     * @throws TierUnavailableException if the JVM or the system refuses executable memory
     */
    EmittedKernel build(String name, WorkList work) throws TierUnavailableException;

    /**
     * Makes the kernel with code that another kernel of the cache may have emitted.
     *
     * @param key equal for what has the same variants, byte for byte
     */
    EmittedKernel build(String name, WorkList work, PackingCache cache, Object key);
}
