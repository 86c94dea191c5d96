package dev.octavo.kernels.machine;

import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What one core can do at most, measured by emitted loops that do nothing else: the ceilings that kernels are held against.
 * Each figure is the best of several short trials, since anything else that runs on the core can only lower it.
 */
public final class MachinePeaks implements AutoCloseable {
    private static final int TRIALS = 12;
    private static final double TRIAL_SECONDS = 0.004;
    private static final int LOADS = 8;
    /** Enough to hide the latency of a multiply-add at two instructions per cycle, and few enough for 16 registers. */
    private static final int ACCUMULATORS = 12;

    private final InstructionSet level;
    private final EmittedFunction dotProduct;
    private final EmittedFunction multiplyAdd;
    private final EmittedFunction read;
    private final EmittedFunction nothing;

    private MachinePeaks(InstructionSet level) throws TierUnavailableException {
        this.level = level;
        this.dotProduct = EmittedFunction.load(dotProductLoop(level), "peak-int8");
        this.multiplyAdd = EmittedFunction.load(multiplyAddLoop(level), "peak-f32");
        this.read = EmittedFunction.load(readLoop(level), "peak-read");
        Assembler code = new Assembler();
        code.ret();
        this.nothing = EmittedFunction.load(code.toByteArray(), "peak-call");
    }

    /** The loops for the best instruction set of this CPU; empty where machine code cannot run. */
    public static Optional<MachinePeaks> emit() {
        try {
            Optional<InstructionSet> level =
                    CpuFeatures.detect().instructionSets().stream().max(Enum::compareTo);
            return level.isEmpty() ? Optional.empty() : Optional.of(new MachinePeaks(level.get()));
        } catch (TierUnavailableException e) {
            return Optional.empty();
        }
    }

    /** The instruction set that was measured, such as {@code avx512vnni}. */
    public String instructionSet() {
        return level.label();
    }

    /** Multiply-accumulates of bytes in 10^9 per second: independent dot products on registers. */
    public double int8GigaMacs() {
        return rate(dotProduct, (long) ACCUMULATORS * level.width().bytes());
    }

    /** Multiply-accumulates in single precision in 10^9 per second: independent fused multiply-adds on registers. */
    public double floatGigaMacs() {
        return rate(multiplyAdd, (long) ACCUMULATORS * level.width().bytes() / Float.BYTES);
    }

    /** Calls emitted code that returns at once: what every kernel pays. */
    public void call() {
        nothing.call(0, 0, 0, 0);
    }

    private static double rate(EmittedFunction loop, long perIteration) {
        return best(repetitions -> loop.call(repetitions, 0, 0, 0)) * perIteration * 1e-9;
    }

    /**
     * Bytes read in 10^9 per second, again and again from one block.
     *
     * @param bytes size of the block, which decides from which cache it is read
     */
    public double readGigaBytes(long bytes) {
        long step = (long) LOADS * level.width().bytes();
        long block = Math.max(step, bytes / step * step);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(block, 64);
            memory.fill((byte) 1);
            return best(repetitions -> read.call(repetitions, memory.address(), block, 0)) * block * 1e-9;
        }
    }

    private interface Loop {
        void run(long repetitions);
    }

    /** Repetitions per second of the best trial. */
    private static double best(Loop loop) {
        long repetitions = 1;
        double seconds = seconds(loop, repetitions);
        while (seconds < TRIAL_SECONDS) {
            repetitions *= 2;
            seconds = seconds(loop, repetitions);
        }
        double least = seconds;
        for (int trial = 1; trial < TRIALS; trial++) {
            least = Math.min(least, seconds(loop, repetitions));
        }
        return repetitions / least;
    }

    private static double seconds(Loop loop, long repetitions) {
        long start = System.nanoTime();
        loop.run(repetitions);
        return (System.nanoTime() - start) * 1e-9;
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
