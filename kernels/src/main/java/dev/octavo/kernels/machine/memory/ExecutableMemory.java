package dev.octavo.kernels.machine.memory;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Machine code in pages of its own: mapped writable, filled, then made executable and no longer writable. The pages are
 * returned to the system by {@link #close}, after which the code must not run.
 */
final class ExecutableMemory implements AutoCloseable {
    private final PageMapping mapping;
    private final MemorySegment code;
    private boolean closed;

    private ExecutableMemory(PageMapping mapping, MemorySegment code) {
        this.mapping = mapping;
        this.code = code;
    }

    /**
     * Maps pages that hold {@code code} at their beginning.
     *
     * @param name what profilers call the code, see {@link PerfMap}
     * @throws TierUnavailableException if the JVM or the system refuses
     */
    static ExecutableMemory load(byte[] code, String name) throws TierUnavailableException {
        PageMapping mapping = PageMapping.bind();
        MemorySegment pages = mapping.map(code.length);
        try {
            MemorySegment.copy(code, 0, pages, ValueLayout.JAVA_BYTE, 0, code.length);
            mapping.makeExecutable(pages);
            PerfMap.add(pages.address(), code.length, name);
            return new ExecutableMemory(mapping, pages);
        } catch (Throwable e) {
            mapping.unmap(pages);
            throw e;
        }
    }

    /** The first instruction. */
    MemorySegment entry() {
        return code;
    }

    /** Unmaps the pages; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            mapping.unmap(code);
        }
    }
}
