package dev.octavo.kernels.machine.memory;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Cuts segments from pages of the system, which come zeroed. An arena would write the zeros one by one, which before
 * compilation takes longer than all the packing of a network's weights.
 */
public final class PageAllocator implements SegmentAllocator {
    /** Calls of the system are few, and little is left over of the last mapping. */
    private static final long LEAST_MAPPED_BYTES = 64 << 10;

    private final Arena owner;
    private long nextBytes;
    private MemorySegment free = MemorySegment.NULL;

    /**
     * @param owner returns the pages when it is closed
     * @param expectedBytes that will be asked for, in one piece as far as the guess is right
     */
    public PageAllocator(Arena owner, long expectedBytes) {
        this.owner = owner;
        this.nextBytes = expectedBytes;
    }

    /** Alignments up to a page's are kept. */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        long skipped = -free.address() & (byteAlignment - 1);
        if (free.byteSize() < skipped + byteSize) {
            free = map(Math.max(byteSize, Math.max(nextBytes, LEAST_MAPPED_BYTES)));
            nextBytes = 0;
            skipped = 0;
        }
        MemorySegment segment = free.asSlice(skipped, byteSize);
        free = free.asSlice(skipped + byteSize);
        return segment;
    }

    private MemorySegment map(long bytes) {
        try {
            PageMapping mapping = PageMapping.bind();
            MemorySegment pages = mapping.mapHuge(bytes);
            try {
                return pages.reinterpret(owner, mapping::unmap);
            } catch (Throwable e) {
                mapping.unmap(pages);
                throw e;
            }
        } catch (TierUnavailableException e) {
            OutOfMemoryError error = new OutOfMemoryError("the system has no " + bytes + " bytes for packed weights");
            error.initCause(e);
            throw error;
        }
    }
}
