package dev.octavo.kernels.machine;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Locale;

/** The three system calls that executable memory needs, by way of the C library that every JVM has loaded. */
final class PageMapping {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    /** One call takes all pages from the system, which is quicker than a fault for each. */
    private static final int MAP_POPULATE = 0x8000;

    private static final long MAP_FAILED = -1;
    private static final long NO_FILE = -1;

    private final MemorySegment mmap;
    private final MemorySegment mprotect;
    private final MemorySegment munmap;

    private PageMapping(SymbolLookup library) {
        mmap = library.findOrThrow("mmap");
        mprotect = library.findOrThrow("mprotect");
        munmap = library.findOrThrow("munmap");
    }

    /**
     * Binds the calls.
     *
     * @throws TierUnavailableException on another system than x86-64 Linux, or where the JVM does not let this module call
     *     native code
     */
    static PageMapping bind() throws TierUnavailableException {
        String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!system.toLowerCase(Locale.ROOT).equals("linux on amd64")) {
            throw new TierUnavailableException("code is only emitted for Linux on amd64, not for " + system);
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
        long address = NativeCall.invoke(
                mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, NO_FILE, 0);
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
