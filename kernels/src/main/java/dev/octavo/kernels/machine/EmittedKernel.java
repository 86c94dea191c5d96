package dev.octavo.kernels.machine;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A kernel whose work is a list of items that emitted code goes through. */
final class EmittedKernel implements Kernel {
    private final String name;
    private final int units;
    private final long scratchBytes;
    private final EmittedFunction function;

    private EmittedKernel(String name, int units, long scratchBytes, EmittedFunction function) {
        this.name = name;
        this.units = units;
        this.scratchBytes = scratchBytes;
        this.function = function;
    }

    /**
     * Loads code that {@link WorkLoop} framed; it is unmapped when {@code arena} is closed.
     *
     * @param units items of the work list
     */
    static EmittedKernel load(String name, int units, byte[] code, Arena arena) throws TierUnavailableException {
        return load(name, units, 0, code, arena);
    }

    static EmittedKernel load(String name, int units, long scratchBytes, byte[] code, Arena arena)
            throws TierUnavailableException {
        return new EmittedKernel(name, units, scratchBytes, EmittedFunction.load(code, name, arena));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int units() {
        return units;
    }

    @Override
    public long scratchBytes() {
        return scratchBytes;
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        function.call(memory.address(), scratch, from, to);
    }
}
