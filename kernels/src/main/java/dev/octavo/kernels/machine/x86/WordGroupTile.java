package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPADDD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPADDW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPAND;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPBROADCASTD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMADDUBSW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMADDWD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSRLW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPXOR;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.machine.code.ConvolutionCode;
import dev.octavo.kernels.machine.packing.StepGroups;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.PixelGrid.Pixel;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.x86.TapParts.Part;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import java.util.List;

/**
 * Emits the sums of a tile of bytes without a dot product of bytes: group by group of its {@link GroupTable}, a loop for each kind
 * of group. The code knows no weights; how many groups there are, and which steps they hold, is in the table.
 *
 * <p>Products of a pixel's group wait in one register per accumulator as words, to which each further step adds; so fewer registers
 * hold pixels than elsewhere. That costs nothing: weights are operands from memory, once per pixel, as they come from L1 twice a
 * cycle.
 */
final class WordGroupTile implements TileSums {
    /** Registers that hold neither sums nor words: one of inputs, two of products, and ones. */
    private static final int TEMPORARIES = 4;

    private static final int HIGH_BITS = 0x8080_8080;
    private static final int WORDS_OF_ONE = 0x0001_0001;
    private static final int LOW_BYTES = 0x00FF_00FF;

    private static final Gpr COUNTER = Gpr.RAX;
    private static final Gpr WEIGHT = Gpr.RCX;
    private static final Gpr ENTRY = Gpr.RDX;
    private static final Gpr OFFSET = Gpr.R11;

    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final boolean signed;
    private final ConvolutionRuns runs;
    private final ChannelBlock block;
    private final List<Pixel> pixels;
    private final int ahead;

    /**
     * @param runs where they lie does not matter
     * @param ahead bytes of later weights that are prefetched per step, from {@link WorkLoop#AHEAD} on; 0 for none
     */
    WordGroupTile(
            Assembler code,
            InstructionSet set,
            ConstantPool pool,
            ElementType input,
            ConvolutionRuns runs,
            ChannelBlock block,
            List<Pixel> pixels,
            int ahead) {
        this.code = code;
        this.simd = new Simd(code, set);
        this.pool = pool;
        this.signed = input == ElementType.INT8;
        this.runs = runs;
        this.block = block;
        this.pixels = pixels;
        this.ahead = ahead;
    }

    /** Most pixels of a tile with this many accumulators per pixel. */
    static int pixels(InstructionSet set, int vectors) {
        return (set.registers() - TEMPORARIES - vectors) / vectors;
    }

    @Override
    public VectorRegister accumulator(int pixel, int vector) {
        return simd.register(pixel * block.vectors() + vector);
    }

    private VectorRegister words(int vector) {
        return simd.register(pixels.size() * block.vectors() + vector);
    }

    private VectorRegister temporary(int index) {
        return simd.register((pixels.size() + 1) * block.vectors() + index);
    }

    private VectorRegister input() {
        return temporary(0);
    }

    private VectorRegister product(int vector) {
        return temporary(1 + vector % 2);
    }

    private VectorRegister ones() {
        return temporary(3);
    }

    @Override
    public void begin() {
        for (int j = 0; j < block.vectors(); j++) {
            simd.load(accumulator(0, j), Memory.at(WorkLoop.CONSTANTS, (long) j * simd.bytes()));
        }
        for (int m = 1; m < pixels.size(); m++) {
            for (int j = 0; j < block.vectors(); j++) {
                simd.copy(accumulator(m, j), accumulator(0, j));
            }
        }
        simd.load(ones(), pool.repeatedInt(WORDS_OF_ONE));
        int taps = runs.tapsPerRun();
        for (Part part : TapParts.of(pixels, taps)) {
            if (part.pixels().isEmpty()) {
                continue;
            }
            code.mov(ENTRY, Memory.at(WorkLoop.ITEM, WorkList.RUNS));
            code.mov(ENTRY, Memory.at(ENTRY, GroupTable.slot(part, taps)));
            for (int kind : WordGroups.KINDS) {
                groups(kind, part.pixels());
            }
        }
    }

    /** All products are in the groups. */
    @Override
    public void finish(int first, int count) {}

    private void groups(int kind, List<Integer> taking) {
        int steps = Math.max(1, kind);
        Label none = new Label();
        code.movDword(COUNTER, Memory.at(ENTRY));
        code.add(ENTRY, Integer.BYTES);
        code.test(COUNTER, COUNTER);
        code.jump(Condition.EQUAL, none);
        Label next = code.here();
        code.movDword(WEIGHT, Memory.at(ENTRY));
        code.add(WEIGHT, WorkLoop.WEIGHTS);
        for (int m : taking) {
            if (kind == StepGroups.WORDS) {
                stepOfWords(m);
            } else {
                group(m, steps);
            }
        }
        if (ahead > 0) {
            prefetch(ahead * steps);
        }
        code.add(ENTRY, (1L + steps) * Integer.BYTES);
        code.dec(COUNTER);
        code.jump(Condition.NOT_EQUAL, next);
        code.bind(none);
    }

    private void prefetch(int bytes) {
        for (int line = 0; line < bytes; line += ConvolutionCode.CACHE_LINE_BYTES) {
            code.prefetcht1(Memory.at(WorkLoop.AHEAD, line));
        }
        code.add(WorkLoop.AHEAD, bytes);
    }

    /** The four bytes of a step, unsigned. */
    private void broadcast(int pixel, int step) {
        code.movDword(OFFSET, Memory.at(ENTRY, (1L + step) * Integer.BYTES));
        long at = pixels.get(pixel).at().input();
        code.emit(VPBROADCASTD, input(), Memory.at(WorkLoop.INPUT, OFFSET, 1, at));
        if (signed) {
            code.emit(VPXOR, input(), input(), pool.repeatedInt(HIGH_BITS));
        }
    }

    private Memory weights(int index) {
        return Memory.at(WEIGHT, (long) index * simd.bytes());
    }

    private void group(int pixel, int steps) {
        int vectors = block.vectors();
        for (int step = 0; step < steps; step++) {
            broadcast(pixel, step);
            for (int j = 0; j < vectors; j++) {
                if (step == 0) {
                    code.emit(VPMADDUBSW, words(j), input(), weights(j));
                } else {
                    code.emit(VPMADDUBSW, product(j), input(), weights(step * vectors + j));
                    code.emit(VPADDW, words(j), words(j), product(j));
                }
            }
        }
        for (int j = 0; j < vectors; j++) {
            code.emit(VPMADDWD, words(j), words(j), ones());
            code.emit(VPADDD, accumulator(pixel, j), accumulator(pixel, j), words(j));
        }
    }

    /** Bytes split into words: the first and third times the first weights, the second and fourth times the others. */
    private void stepOfWords(int pixel) {
        int vectors = block.vectors();
        broadcast(pixel, 0);
        VectorRegister even = product(1);
        code.emit(VPAND, even, input(), pool.repeatedInt(LOW_BYTES));
        code.emit(VPSRLW, input(), input(), 8);
        for (int half = 0; half < 2; half++) {
            for (int j = 0; j < vectors; j++) {
                code.emit(VPMADDWD, words(j), half == 0 ? even : input(), weights(half * vectors + j));
                code.emit(VPADDD, accumulator(pixel, j), accumulator(pixel, j), words(j));
            }
        }
    }
}
