package dev.octavo.kernels.machine.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Calls a function of the System V convention with up to six integers: in RDI, RSI, RDX, RCX, R8 and R9. One signature serves
 * emitted code and system calls, because binding each costs tens of milliseconds of a JVM's start; a function does not see
 * arguments that it does not take.
 */
final class NativeCall {
    private static final MethodHandle HANDLE = Linker.nativeLinker()
            .downcallHandle(FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));

    private NativeCall() {}

    /** What RAX holds afterwards; nothing meaningful for a function without result. Allocates nothing when warm. */
    static long invoke(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) HANDLE.invokeExact(function, a, b, c, d, e, f);
        } catch (RuntimeException | Error exception) {
            throw exception;
        } catch (Throwable exception) {
            throw new LinkageError("a native function threw", exception);
        }
    }
}
