package dev.octavo.kernels.machine.packing;

import dev.octavo.kernels.machine.work.ChannelBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/** Rearranges the packed weights of dense blocks. It keeps scratch memory from one block to the next. */
public interface StepArranger {
    /**
     * A block's weights in their final order.
     *
     * @param groups in which tiles take its steps; null for the order of the inputs
     */
    record Arranged(MemorySegment weights, @Nullable StepGroups groups) {}

    /**
     * Rearranges the steps of a block.
     *
     * @param packed native vectors of the block's accumulators, step by step
     * @param steps how many, of all runs
     * @param segment steps that groups may not leave, from a multiple of it on
     * @param memory owns the result
     */
    Arranged arrange(MemorySegment packed, int steps, int segment, ChannelBlock block, SegmentAllocator memory);
}
