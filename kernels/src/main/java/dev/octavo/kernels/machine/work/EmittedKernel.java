package dev.octavo.kernels.machine.work;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.memory.EmittedFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A kernel whose work is a list of items that emitted code goes through. Kernels may share their code. */
public final class EmittedKernel implements Kernel {
    private final String name;
    private final int units;
    private final long items;
    private final long scratchBytes;
    private final EmittedFunction function;

    /**
     * @param work laid out in memory of {@code arena}
     * @param function a loop over the items of {@code work}
     */
    public EmittedKernel(String name, WorkList work, long scratchBytes, EmittedFunction function, Arena arena) {
        this.name = name;
        this.units = work.size();
        this.items = work.allocate(arena).address();
        this.scratchBytes = scratchBytes;
        this.function = function;
    }

    /**
     * Loads code that loops over the items of {@code work}; it is unmapped when {@code arena} is closed.
     */
    public static EmittedKernel load(String name, WorkList work, long scratchBytes, byte[] code, Arena arena)
            throws TierUnavailableException {
        return new EmittedKernel(name, work, scratchBytes, EmittedFunction.load(code, name, arena), arena);
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
        function.call(memory.address(), scratch, from, to, items, 0);
    }
}
