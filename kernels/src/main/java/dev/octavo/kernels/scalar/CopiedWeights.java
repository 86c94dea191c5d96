package dev.octavo.kernels.scalar;

import dev.octavo.kernels.PackingCache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** Weights as they are, in memory that outlives their source. */
record CopiedWeights(MemorySegment weights) implements PackingCache.Form<MemorySegment> {
    @Override
    public MemorySegment pack(SegmentAllocator memory) {
        return memory.allocate(weights.byteSize(), Float.BYTES).copyFrom(weights);
    }
}
