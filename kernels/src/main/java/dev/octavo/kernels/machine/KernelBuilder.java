package dev.octavo.kernels.machine;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** An emitted kernel in the making: what its variants share. */
final class KernelBuilder {
    private final InstructionSet set;
    private final Arena arena;
    private final Assembler code;
    private final ConstantPool pool;
    private final List<Runnable> variants = new ArrayList<>();

    /**
     * @param arena owns what the kernel keeps off the heap, its code included
     */
    KernelBuilder(CpuFeatures cpu, InstructionSet set, Arena arena) {
        this.set = set;
        this.arena = arena;
        this.code = new Assembler(cpu.evexDotProducts());
        this.pool = new ConstantPool(arena, WorkLoop.POOL);
    }

    InstructionSet set() {
        return set;
    }

    Arena arena() {
        return arena;
    }

    Assembler code() {
        return code;
    }

    ConstantPool pool() {
        return pool;
    }

    /**
     * Adds a variant and returns its number.
     *
     * @param body writes its code
     */
    int variant(Runnable body) {
        variants.add(body);
        return variants.size() - 1;
    }

    /** Emits and loads the kernel, of which each item is a unit. */
    EmittedKernel build(String name, WorkList work) throws TierUnavailableException {
        WorkLoop.emit(code, work.allocate(arena).address(), pool.address(), variants);
        return EmittedKernel.load(name, work.size(), code.toByteArray(), arena);
    }
}
