package dev.octavo.kernels.machine.packing;

import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.machine.memory.PageAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** Weights as the tiles of a convolution read them: packed into pages by emitted routines, which need them off the heap. */
interface WeightForm extends PackingCache.Form<PackedConvolution> {
    /** Weights as the specification has them. */
    MemorySegment weights();

    /**
     * Packs all blocks.
     *
     * @param source the weights, native
     */
    PackedConvolution pack(MemorySegment source, SegmentAllocator memory);

    @Override
    default SegmentAllocator memory(PackingCache cache) {
        return cache.shared(PageAllocator.class, owner -> new PageAllocator(owner, cache.expectedBytes()));
    }

    @Override
    default PackedConvolution pack(SegmentAllocator memory) {
        if (weights().isNative()) {
            return pack(weights(), memory);
        }
        try (Arena arena = Arena.ofConfined()) {
            return pack(arena.allocate(weights().byteSize()).copyFrom(weights()), memory);
        }
    }
}
