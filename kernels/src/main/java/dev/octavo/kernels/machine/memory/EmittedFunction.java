package dev.octavo.kernels.machine.memory;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Emitted code that is called like a C function of up to six integers of the System V convention: arguments in RDI, RSI,
 * RDX, RCX, R8 and R9.
 */
public final class EmittedFunction implements AutoCloseable {
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
    public static EmittedFunction load(byte[] code, String name) throws TierUnavailableException {
        return new EmittedFunction(ExecutableMemory.load(code, name));
    }

    /** Makes {@code code} callable until {@code arena} is closed. */
    public static EmittedFunction load(byte[] code, String name, Arena arena) throws TierUnavailableException {
        EmittedFunction function = load(code, name);
        // The cleanup action of a segment is what an arena runs on closing.
        try {
            MemorySegment.NULL.reinterpret(arena, ignored -> function.close());
            return function;
        } catch (Throwable e) {
            function.close();
            throw e;
        }
    }

    /** Calls the code; allocates nothing. */
    public void call(long first, long second, long third, long fourth) {
        call(first, second, third, fourth, 0, 0);
    }

    /** Calls the code; allocates nothing. */
    public void call(long first, long second, long third, long fourth, long fifth, long sixth) {
        NativeCall.invoke(entry, first, second, third, fourth, fifth, sixth);
    }

    @Override
    public void close() {
        memory.close();
    }
}
