package dev.octavo.kernels.machine.memory;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Locale;

/** The system calls that executable memory and packed weights need, by way of the C library that every JVM has loaded. */
final class PageMapping {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    /** One call takes all pages from the system, which is quicker than a fault for each. */
    private static final int MAP_POPULATE = 0x8000;

    private static final int MADV_HUGEPAGE = 14;
    /** Takes all pages as {@link #MAP_POPULATE} does, after other advice; Linux 5.14 and later. */
    private static final int MADV_POPULATE_WRITE = 23;

    private static final long PAGE_BYTES = 4096;
    private static final long HUGE_PAGE_BYTES = 2 << 20;

    private static final long MAP_FAILED = -1;
    private static final long NO_FILE = -1;

    private final MemorySegment mmap;
    private final MemorySegment mprotect;
    private final MemorySegment munmap;
    private final MemorySegment madvise;

    private PageMapping(SymbolLookup library) {
        mmap = library.findOrThrow("mmap");
        mprotect = library.findOrThrow("mprotect");
        munmap = library.findOrThrow("munmap");
        madvise = library.findOrThrow("madvise");
    }

    /**
     * Binds the calls.
     *
     * @throws TierUnavailableException on another system than Linux, or where the JVM does not let this module call
     *     native code
     */
    static PageMapping bind() throws TierUnavailableException {
        String system = System.getProperty("os.name");
        if (!system.toLowerCase(Locale.ROOT).equals("linux")) {
            throw new TierUnavailableException("code is only emitted on Linux, not on " + system);
        }
        Module module = PageMapping.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            throw new TierUnavailableException("the JVM was not given native access; start it with "
                    + "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        }
        return Bound.INSTANCE;
    }

    private static final class Bound {
        static final PageMapping INSTANCE =
                new PageMapping(Linker.nativeLinker().defaultLookup());
    }

    /** Readable and writable pages of at least {@code bytes}. */
    MemorySegment map(long bytes) throws TierUnavailableException {
        return map(bytes, MAP_POPULATE);
    }

    /**
     * Maps huge pages, as far as the system gives them and {@code bytes} fills them: large weights are streamed through,
     * and prefetching stops where a page ends or its translation has to be looked up.
     */
    MemorySegment mapHuge(long bytes) throws TierUnavailableException {
        if (bytes < HUGE_PAGE_BYTES) {
            return map(bytes);
        }
        MemorySegment reserved = map(bytes + HUGE_PAGE_BYTES, 0);
        long before = -reserved.address() & (HUGE_PAGE_BYTES - 1);
        long pages = Math.ceilDiv(bytes, PAGE_BYTES) * PAGE_BYTES;
        MemorySegment aligned = reserved.asSlice(before, pages);
        if (before > 0) {
            unmap(reserved.asSlice(0, before));
        }
        unmap(reserved.asSlice(before + pages));
        // Where the system refuses, pages are small, or come at the first write.
        NativeCall.invoke(madvise, aligned.address(), pages, MADV_HUGEPAGE, 0, 0, 0);
        NativeCall.invoke(madvise, aligned.address(), pages, MADV_POPULATE_WRITE, 0, 0, 0);
        return aligned;
    }

    private MemorySegment map(long bytes, int flags) throws TierUnavailableException {
        long address = NativeCall.invoke(
                mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, NO_FILE, 0);
        if (address == MAP_FAILED) {
            throw refused("mmap");
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /** Takes the right to write away and gives the right to execute. */
    void makeExecutable(MemorySegment pages) throws TierUnavailableException {
        long result = NativeCall.invoke(mprotect, pages.address(), pages.byteSize(), PROT_READ | PROT_EXEC, 0, 0, 0);
        if ((int) result != 0) {
            throw refused("mprotect to executable");
        }
    }

    void unmap(MemorySegment pages) {
        long result = NativeCall.invoke(munmap, pages.address(), pages.byteSize(), 0, 0, 0, 0);
        if ((int) result != 0) {
            throw new IllegalStateException("munmap failed at " + Long.toHexString(pages.address()));
        }
    }

    private static TierUnavailableException refused(String call) {
        return new TierUnavailableException(
                "the system refused " + call + ": a hardened kernel or container may forbid executable memory");
    }
}
