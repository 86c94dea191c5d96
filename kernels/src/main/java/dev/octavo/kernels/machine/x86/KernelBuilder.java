package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.ConvolutionCode;
import dev.octavo.kernels.machine.code.DepthwiseCode;
import dev.octavo.kernels.machine.code.FloatDepthwiseCode;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.code.StripCode;
import dev.octavo.kernels.machine.memory.EmittedFunction;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.EmittedKernel;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An emitted kernel in the making: what its variants share. */
final class KernelBuilder implements KernelCode {
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

    @Override
    public Arena arena() {
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

    @Override
    public ConvolutionCode convolution(Convolution spec, ConvolutionRuns runs, boolean floor) {
        return new ConvolutionVariants(spec.input().type(), runs, TileEpilogue.of(spec, floor), this);
    }

    @Override
    public ConvolutionCode convolution(FloatConvolution spec, ConvolutionRuns runs) {
        return new ConvolutionVariants(spec.input().type(), runs, ClampEmitter.Form.of(spec), this);
    }

    @Override
    public DepthwiseCode depthwise(Convolution spec, boolean floor) {
        return new DepthwiseEmitter(spec, floor, this);
    }

    @Override
    public FloatDepthwiseCode depthwise(FloatConvolution spec, List<ChannelBlock> blocks) {
        return new FloatDepthwiseEmitter(spec, blocks, this);
    }

    @Override
    public StripCode strips() {
        return new StripMover(this);
    }

    @Override
    public EmittedKernel build(String name, WorkList work) throws TierUnavailableException {
        return new EmittedKernel(name, work, 0, load(name), arena);
    }

    @Override
    public EmittedKernel build(String name, WorkList work, PackingCache cache, Object key) {
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
