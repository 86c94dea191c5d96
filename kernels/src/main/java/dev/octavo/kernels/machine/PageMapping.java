package dev.octavo.kernels.machine;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/** The three system calls that executable memory needs, by way of the C library that every JVM has loaded. */
final class PageMapping {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final long MAP_FAILED = -1;
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));

    private final MethodHandle mmap;
    private final MethodHandle mprotect;
    private final MethodHandle munmap;

    private PageMapping(Linker linker) {
        mmap = bind(
                linker,
                "mmap",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG));
        mprotect = bind(
                linker,
                "mprotect",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        munmap = bind(
                linker,
                "munmap",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
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
        static final PageMapping INSTANCE = new PageMapping(Linker.nativeLinker());
    }

    /** Readable and writable pages of at least {@code bytes}. */
    MemorySegment map(long bytes) throws TierUnavailableException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long address = (long)
                    mmap.invokeExact(state, 0L, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
            if (address == MAP_FAILED) {
                throw refused("mmap", state);
            }
            return MemorySegment.ofAddress(address).reinterpret(bytes);
        } catch (TierUnavailableException e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("mmap", e);
        }
    }

    /** Takes the right to write away and gives the right to execute. */
    void makeExecutable(MemorySegment pages) throws TierUnavailableException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            if ((int) mprotect.invokeExact(state, pages.address(), pages.byteSize(), PROT_READ | PROT_EXEC) != 0) {
                throw refused("mprotect to executable", state);
            }
        } catch (TierUnavailableException e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("mprotect", e);
        }
    }

    void unmap(MemorySegment pages) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            if ((int) munmap.invokeExact(state, pages.address(), pages.byteSize()) != 0) {
                throw new IllegalStateException("munmap failed with errno " + (int) ERRNO.get(state, 0L));
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("munmap", e);
        }
    }

    private static TierUnavailableException refused(String call, MemorySegment state) {
        return new TierUnavailableException("the system refused " + call + " with errno " + (int) ERRNO.get(state, 0L)
                + "; a hardened kernel or container may forbid executable memory");
    }

    private static MethodHandle bind(Linker linker, String name, FunctionDescriptor descriptor) {
        MemorySegment symbol = linker.defaultLookup().findOrThrow(name);
        return linker.downcallHandle(symbol, descriptor, Linker.Option.captureCallState("errno"));
    }
}
