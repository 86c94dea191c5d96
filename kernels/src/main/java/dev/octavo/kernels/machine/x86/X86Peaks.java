package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.PeakLoops;
import dev.octavo.kernels.machine.memory.EmittedFunction;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;

/** The {@link PeakLoops} of x86. */
final class X86Peaks implements PeakLoops {
    private static final int LOADS = 8;
    /** Enough to hide the latency of a multiply-add at two instructions per cycle, and few enough for 16 registers. */
    private static final int ACCUMULATORS = 12;

    private final InstructionSet level;
    private final EmittedFunction dotProduct;
    private final EmittedFunction multiplyAdd;
    private final EmittedFunction read;
    private final EmittedFunction nothing;

    X86Peaks(InstructionSet level) throws TierUnavailableException {
        this.level = level;
        this.dotProduct = EmittedFunction.load(dotProductLoop(level), "peak-int8");
        this.multiplyAdd = EmittedFunction.load(multiplyAddLoop(level), "peak-f32");
        this.read = EmittedFunction.load(readLoop(level), "peak-read");
        Assembler code = new Assembler();
        code.ret();
        this.nothing = EmittedFunction.load(code.toByteArray(), "peak-call");
    }

    @Override
    public void multiplyBytes(long repetitions) {
        dotProduct.call(repetitions, 0, 0, 0);
    }

    @Override
    public long byteMacs() {
        return (long) ACCUMULATORS * level.width().bytes();
    }

    @Override
    public void multiplyFloats(long repetitions) {
        multiplyAdd.call(repetitions, 0, 0, 0);
    }

    @Override
    public long floatMacs() {
        return (long) ACCUMULATORS * level.width().bytes() / Float.BYTES;
    }

    @Override
    public void read(long repetitions, long address, long bytes) {
        read.call(repetitions, address, bytes, 0);
    }

    @Override
    public long readStep() {
        return (long) LOADS * level.width().bytes();
    }

    @Override
    public void call() {
        nothing.call(0, 0, 0, 0);
    }

    /** {@code f(repetitions)}: as many dot products of all lanes as there are accumulators, per repetition. */
    private static byte[] dotProductLoop(InstructionSet level) {
        Assembler code = new Assembler();
        VectorWidth width = level.width();
        VectorRegister left = VectorRegister.of(width, 14);
        VectorRegister right = VectorRegister.of(width, 15);
        clear(code, width);
        code.align(32);
        Label loop = code.here();
        for (int i = 0; i < ACCUMULATORS; i++) {
            VectorRegister sum = VectorRegister.of(width, i);
            if (level == InstructionSet.AVX2) {
                VectorRegister product = VectorRegister.of(width, 13);
                code.emit(VectorInstruction.VPMADDUBSW, product, left, right);
                code.emit(VectorInstruction.VPMADDWD, product, product, right);
                code.emit(VectorInstruction.VPADDD, sum, sum, product);
            } else {
                code.emit(VectorInstruction.VPDPBUSD, sum, left, right);
            }
        }
        return closed(code, loop);
    }

    /** {@code f(repetitions)}: as many multiply-adds of all lanes as there are accumulators, per repetition. */
    private static byte[] multiplyAddLoop(InstructionSet level) {
        Assembler code = new Assembler();
        VectorWidth width = level.width();
        clear(code, width);
        code.align(32);
        Label loop = code.here();
        for (int i = 0; i < ACCUMULATORS; i++) {
            code.emit(
                    VectorInstruction.VFMADD231PS,
                    VectorRegister.of(width, i),
                    VectorRegister.of(width, 14),
                    VectorRegister.of(width, 15));
        }
        return closed(code, loop);
    }

    private static void clear(Assembler code, VectorWidth width) {
        for (int i = 0; i < 16; i++) {
            VectorRegister register = VectorRegister.of(width, i);
            code.emit(VectorInstruction.VPXOR, register, register, register);
        }
    }

    /** {@code f(repetitions, block, bytes)}: loads the whole block per repetition. */
    private static byte[] readLoop(InstructionSet level) {
        Assembler code = new Assembler();
        VectorWidth width = level.width();
        VectorInstruction load = width == VectorWidth.ZMM ? VectorInstruction.VMOVDQU32 : VectorInstruction.VMOVDQU;
        Label repetition = code.here();
        code.mov(Gpr.RAX, Gpr.RSI);
        code.lea(Gpr.R8, Memory.at(Gpr.RSI, Gpr.RDX, 1, 0));
        code.align(32);
        Label step = code.here();
        for (int i = 0; i < LOADS; i++) {
            code.emit(load, VectorRegister.of(width, i), Memory.at(Gpr.RAX, (long) i * width.bytes()));
        }
        code.add(Gpr.RAX, (long) LOADS * width.bytes());
        code.cmp(Gpr.RAX, Gpr.R8);
        code.jump(Condition.BELOW, step);
        return closed(code, repetition);
    }

    /** Counts RDI down to 0. */
    private static byte[] closed(Assembler code, Label loop) {
        code.dec(Gpr.RDI);
        code.jump(Condition.NOT_EQUAL, loop);
        code.vzeroupper();
        code.ret();
        return code.toByteArray();
    }

    @Override
    public void close() {
        dotProduct.close();
        multiplyAdd.close();
        read.close();
        nothing.close();
    }
}
