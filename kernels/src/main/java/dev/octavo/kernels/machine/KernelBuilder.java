package dev.octavo.kernels.machine;

import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An emitted kernel in the making: what its variants share. */
final class KernelBuilder {
    private final InstructionSet set;
    private final Arena arena;
    private final Assembler code;
    private final List<Runnable> variants = new ArrayList<>();
    private Arena codeArena;
    private @Nullable ConstantPool pool;

    /**
     * @param arena owns what the kernel keeps off the heap, its code included unless that is shared
     */
    KernelBuilder(CpuFeatures cpu, InstructionSet set, Arena arena) {
        this.set = set;
        this.arena = arena;
        this.codeArena = arena;
        this.code = new Assembler(cpu.evexDotProducts());
    }

    InstructionSet set() {
        return set;
    }

    Assembler code() {
        return code;
    }

    /** Owns what the kernel's items refer to. */
    Arena arena() {
        return arena;
    }

    /** Owns what the code refers to. Where code is shared, only variants that are being written may ask. */
    Arena codeArena() {
        return codeArena;
    }

    /** Constants of the code; see {@link #codeArena}. */
    ConstantPool pool() {
        if (pool == null) {
            pool = new ConstantPool(codeArena, WorkLoop.POOL);
        }
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
        return new EmittedKernel(name, work, 0, load(name), arena);
    }

    /**
     * The same with code that other kernels may have emitted.
     *
     * @param key equal for what has the same variants, byte for byte
     */
    EmittedKernel build(String name, WorkList work, PackingCache cache, Object key) {
        EmittedFunction function = cache.shared(key, owner -> {
            codeArena = owner;
            try {
                return load(name);
            } catch (TierUnavailableException e) {
                throw new IllegalStateException("emitted code could run when the tier was created and now cannot", e);
            }
        });
        return new EmittedKernel(name, work, 0, function, arena);
    }

    private EmittedFunction load(String name) throws TierUnavailableException {
        WorkLoop.emit(code, pool().address(), variants);
        return EmittedFunction.load(code.toByteArray(), name, codeArena);
    }
}
