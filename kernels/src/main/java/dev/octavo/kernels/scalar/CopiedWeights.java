package dev.octavo.kernels.scalar;

import dev.octavo.kernels.PackingCache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/** Weights as they are, in memory that outlives their source. */
record CopiedWeights(MemorySegment weights) implements PackingCache.Form<MemorySegment> {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CopiedWeights copied
                && weights.equals(copied.weights)
                && weights.byteSize() == copied.weights.byteSize();
    }

    @Override
    public int hashCode() {
        return weights.hashCode();
    }

    @Override
    public MemorySegment pack(SegmentAllocator memory) {
        return memory.allocate(weights.byteSize(), Float.BYTES).copyFrom(weights);
    }
}
