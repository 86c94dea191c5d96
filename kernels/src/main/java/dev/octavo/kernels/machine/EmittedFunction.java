package dev.octavo.kernels.machine;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Emitted code that is called like a C function {@code void f(long, long, long, long)} of the System V convention:
 * arguments in RDI, RSI, RDX and RCX.
 */
final class EmittedFunction implements AutoCloseable {
    /** Bound on the first call, when memory could be mapped and so native access is known to be granted. */
    private static final class Downcall {
        static final MethodHandle HANDLE = Linker.nativeLinker()
                .downcallHandle(FunctionDescriptor.ofVoid(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    }

    private final ExecutableMemory memory;
    private final MemorySegment entry;

    private EmittedFunction(ExecutableMemory memory) {
        this.memory = memory;
        this.entry = memory.entry();
    }

    /**
     * Makes {@code code} callable until it is closed.
     *
     * @param name what profilers call it
     * @throws TierUnavailableException if the JVM or the system refuses
     */
    static EmittedFunction load(byte[] code, String name) throws TierUnavailableException {
        return new EmittedFunction(ExecutableMemory.load(code, name));
    }

    /** Makes {@code code} callable until {@code arena} is closed. */
    static EmittedFunction load(byte[] code, String name, Arena arena) throws TierUnavailableException {
        EmittedFunction function = load(code, name);
        // The cleanup action of a segment is what an arena runs on closing.
        MemorySegment.NULL.reinterpret(arena, ignored -> function.close());
        return function;
    }

    /** Calls the code; allocates nothing. */
    void call(long first, long second, long third, long fourth) {
        try {
            Downcall.HANDLE.invokeExact(entry, first, second, third, fourth);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("an emitted function threw", e);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
