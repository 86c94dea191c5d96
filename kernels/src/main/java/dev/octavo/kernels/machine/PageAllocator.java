package dev.octavo.kernels.machine;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Takes large segments as pages of the system, which are zero without being written. An arena would write the zeros one by
 * one, which before compilation takes longer than all the packing of a network's weights.
 */
record PageAllocator(Arena owner) implements SegmentAllocator {
    /** Smaller segments come from the arena itself. */
    private static final long LEAST_PAGES_BYTES = 1 << 16;

    /** Alignments up to a page's are kept. */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize < LEAST_PAGES_BYTES) {
            return owner.allocate(byteSize, byteAlignment);
        }
        try {
            PageMapping mapping = PageMapping.bind();
            return mapping.map(byteSize).reinterpret(owner, mapping::unmap);
        } catch (TierUnavailableException e) {
            OutOfMemoryError error =
                    new OutOfMemoryError("the system has no " + byteSize + " bytes for packed weights");
            error.initCause(e);
            throw error;
        }
    }
}
