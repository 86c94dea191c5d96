package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPBROADCASTD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPXOR;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.machine.code.ConvolutionCode;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.PixelGrid.Pixel;
import dev.octavo.kernels.machine.work.RunTable;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import java.util.ArrayList;
import java.util.List;

/**
 * Emits the sums of a tile of pixels × channels. Per four input bytes it loads the weights of the channels, broadcasts the bytes
 * of each pixel, and adds their products, run by run, as {@link Arithmetic} says; without those of taps that meet nothing but
 * zeros: what columns of taps a pixel leaves out is in the code, and what rows in the item's {@link RunTable}. Each sum is one
 * chain over ascending bytes, so that floats are added in the order that defines their result.
 */
final class ConvolutionTile implements TileSums {
    /** Registers that hold no accumulator. */
    static final int TEMPORARIES = 4;

    static final Gpr STEP_COUNTER = Gpr.RAX;

    private static final Gpr WEIGHT = Gpr.RCX;
    private static final Gpr BYTES = Gpr.RDX;
    private static final Gpr RUN = Gpr.R11;
    private static final int HIGH_BITS = 0x8080_8080;

    /** Independent products that hide the latency of one. */
    private static final int ENOUGH_PER_LOOP = 24;

    private final Assembler code;
    private final InstructionSet set;
    private final Simd simd;
    private final ConstantPool pool;
    private final boolean signed;
    private final Arithmetic arithmetic;
    private final ConvolutionRuns runs;
    private final ChannelBlock block;
    private final List<Pixel> pixels;
    private final int ahead;
    private final List<Part> parts;

    /** Steps of a run that some of the tile's pixels take. */
    private record Part(int steps, List<Integer> pixels) {}

    /**
     * @param input type of the input
     * @param runs where they lie does not matter
     * @param ahead bytes of later weights that are prefetched per step, from {@link WorkLoop#AHEAD} on; 0 for none
     */
    ConvolutionTile(
            Assembler code,
            InstructionSet set,
            ConstantPool pool,
            ElementType input,
            ConvolutionRuns runs,
            ChannelBlock block,
            List<Pixel> pixels,
            int ahead) {
        this.code = code;
        this.set = set;
        this.simd = new Simd(code, set);
        this.pool = pool;
        this.signed = input == ElementType.INT8;
        this.arithmetic = Arithmetic.of(input);
        this.runs = runs;
        this.block = block;
        this.pixels = pixels;
        this.ahead = ahead;
        this.parts = parts();
    }

    private List<Part> parts() {
        boolean whole = pixels.stream().allMatch(pixel -> pixel.skip().isNone());
        int taps = whole ? 1 : runs.tapsPerRun();
        return TapParts.of(pixels, taps).stream()
                .map(part -> new Part((part.end() - part.first()) * (runs.steps() / taps), part.pixels()))
                .toList();
    }

    @Override
    public VectorRegister accumulator(int pixel, int vector) {
        return simd.register(pixel * block.vectors() + vector);
    }

    private VectorRegister temporary(int index) {
        return simd.register(set.registers() - TEMPORARIES + index);
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
        if (signed) {
            simd.load(temporary(3), pool.repeatedInt(HIGH_BITS));
        }
        if (single()) {
            code.mov(WEIGHT, WorkLoop.WEIGHTS);
            code.mov(BYTES, WorkLoop.INPUT);
        } else {
            runsButTheLast();
        }
        parts.subList(0, parts.size() - 1).forEach(part -> steps(part, part.steps));
        steps(parts.getLast(), parts.getLast().steps - lastSteps());
    }

    private boolean single() {
        return runs.offsets().size() == 1;
    }

    /** Goes through the item's runs, and stops at the last one. */
    private void runsButTheLast() {
        Memory table = Memory.at(WorkLoop.ITEM, WorkList.RUNS);
        code.mov(RUN, table);
        code.mov(WEIGHT, Memory.at(RUN, RunTable.WEIGHTS));
        code.add(WEIGHT, WorkLoop.WEIGHTS);
        code.mov(RUN, Memory.at(RUN, RunTable.FIRST));
        Label last = new Label();
        Label next = code.here();
        code.mov(BYTES, table);
        code.cmp(RUN, Memory.at(BYTES, RunTable.LAST));
        code.mov(BYTES, Memory.at(RUN));
        // Unlike ADD it leaves the flags to the jump.
        code.lea(BYTES, Memory.at(BYTES, WorkLoop.INPUT, 1, 0));
        code.jump(Condition.EQUAL, last);
        parts.forEach(part -> steps(part, part.steps));
        code.add(RUN, Long.BYTES);
        code.jump(next);
        code.bind(last);
    }

    @Override
    public void finish(int first, int count) {
        List<Integer> taking = new ArrayList<>();
        for (int m = first; m < first + count; m++) {
            if (parts.getLast().pixels.contains(m)) {
                taking.add(m);
            }
        }
        for (int i = 0; i < lastSteps() && !taking.isEmpty(); i++) {
            lastStep(taking, i);
        }
    }

    private int lastSteps() {
        return Math.min(parts.getLast().steps, arithmetic.lastSteps());
    }

    /** Bytes of a step's weights. */
    private long stepBytes() {
        return (long) block.vectors() * simd.bytes();
    }

    private Memory bytes(int pixel, long offset) {
        return Memory.at(BYTES, pixels.get(pixel).at().input() + offset);
    }

    private void steps(Part part, int steps) {
        if (part.pixels.isEmpty()) {
            code.add(BYTES, 4L * steps);
            code.add(WEIGHT, steps * stepBytes());
            return;
        }
        if (steps == 0) {
            return;
        }
        int unroll = 1;
        int products = part.pixels.size() * block.vectors();
        while (unroll < 4 && steps % (2 * unroll) == 0 && unroll * products < ENOUGH_PER_LOOP) {
            unroll *= 2;
        }
        int together = unroll;
        WorkLoop.repeat(code, STEP_COUNTER, steps / unroll, () -> {
            for (int i = 0; i < together; i++) {
                step(part.pixels, 4L * i, i * stepBytes());
            }
            if (ahead > 0) {
                prefetch(ahead * together);
            }
            code.add(BYTES, 4L * together);
            code.add(WEIGHT, together * stepBytes());
        });
    }

    private void prefetch(int bytes) {
        for (int line = 0; line < bytes; line += ConvolutionCode.CACHE_LINE_BYTES) {
            code.prefetcht1(Memory.at(WorkLoop.AHEAD, line));
        }
        code.add(WorkLoop.AHEAD, bytes);
    }

    /** The products of four bytes of each pixel; weights go through two registers at a time. */
    private void step(List<Integer> taking, long bytesAt, long weightsAt) {
        VectorRegister bytes = temporary(2);
        for (int j = 0; j < block.vectors(); j += 2) {
            int pair = Math.min(2, block.vectors() - j);
            for (int i = 0; i < pair; i++) {
                simd.load(temporary(i), Memory.at(WEIGHT, weightsAt + (long) (j + i) * simd.bytes()));
            }
            for (int m : taking) {
                Memory source = bytes(m, bytesAt);
                if (signed) {
                    simd.broadcastFlipped(bytes, source, temporary(3));
                } else {
                    code.emit(VPBROADCASTD, bytes, source);
                }
                for (int i = 0; i < pair; i++) {
                    code.emit(arithmetic.product(), accumulator(m, j + i), bytes, temporary(i));
                }
            }
        }
    }

    private void broadcast(VectorRegister bytes, Memory source) {
        code.emit(VPBROADCASTD, bytes, source);
        if (signed) {
            code.emit(VPXOR, bytes, bytes, pool.repeatedInt(HIGH_BITS));
        }
    }

    private void lastStep(List<Integer> taking, int step) {
        for (int i = 0; i < taking.size(); i++) {
            broadcast(temporary(2 + i), bytes(taking.get(i), 4L * step));
        }
        for (int j = 0; j < block.vectors(); j++) {
            simd.load(temporary(1), Memory.at(WEIGHT, step * stepBytes() + (long) j * simd.bytes()));
            for (int i = 0; i < taking.size(); i++) {
                code.emit(arithmetic.product(), accumulator(taking.get(i), j), temporary(2 + i), temporary(1));
            }
        }
    }
}
