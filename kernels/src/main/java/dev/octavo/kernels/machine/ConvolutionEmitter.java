package dev.octavo.kernels.machine;

import static dev.octavo.kernels.machine.VectorInstruction.VCVTDQ2PS;
import static dev.octavo.kernels.machine.VectorInstruction.VMULPS;
import static dev.octavo.kernels.machine.VectorInstruction.VPADDD;
import static dev.octavo.kernels.machine.VectorInstruction.VPBROADCASTD;
import static dev.octavo.kernels.machine.VectorInstruction.VPDPBUSD;
import static dev.octavo.kernels.machine.VectorInstruction.VPMADDUBSW;
import static dev.octavo.kernels.machine.VectorInstruction.VPMADDWD;
import static dev.octavo.kernels.machine.VectorInstruction.VPXOR;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.machine.PixelGrid.Region;
import dev.octavo.kernels.machine.PixelGrid.Step;
import dev.octavo.kernels.machine.PixelGrid.TileRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Emits convolution as an implicit matrix product: a tile of pixels × channels accumulates in registers, from biases to stored
 * bytes, so that neither sums nor a rearranged input ever go to memory.
 *
 * <p>Per four input bytes the tile loads the weights of its channels, broadcasts the bytes of each pixel, and takes the dot
 * products. All but four registers are accumulators: 7 × 4 vectors of 16 channels with AVX-512, 3 × 4 of 8 below. The last
 * products of a tile go pixel by pixel, so that the stores of one run beside the products of the next.
 */
final class ConvolutionEmitter {
    private static final int TEMPORARIES = 4;
    private static final int HIGH_BITS = 0x8080_8080;
    private static final Gpr STEP_COUNTER = Gpr.RAX;
    private static final Gpr WEIGHT = Gpr.RCX;
    private static final Gpr BYTES = Gpr.RDX;
    private static final Gpr TILE_COUNTER = Gpr.R10;
    private static final Gpr RUN = Gpr.R11;
    /** Independent dot products that hide the latency of one. */
    private static final int ENOUGH_PER_LOOP = 24;
    /** Enough dot products of one pair of pixels to hide the stores of the pair before. */
    private static final int LAST_STEPS = 8;

    private final Convolution spec;
    private final ConvolutionRuns runs;
    private final long runTable;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final InstructionSet set;
    private final boolean signed;
    private final @Nullable RequantizationEmitter requantization;

    /**
     * @param runTable address of the runs' offsets as int64, followed by the address of the last of them
     */
    ConvolutionEmitter(
            Convolution spec,
            ConvolutionRuns runs,
            long runTable,
            boolean floor,
            Assembler code,
            InstructionSet set,
            ConstantPool pool) {
        this.spec = spec;
        this.runs = runs;
        this.runTable = runTable;
        this.code = code;
        this.simd = new Simd(code, set);
        this.pool = pool;
        this.set = set;
        this.signed = spec.input().type() == ElementType.INT8;
        this.requantization = spec.epilogue() instanceof Requantization target
                ? new RequantizationEmitter(
                        code,
                        simd,
                        pool,
                        target,
                        spec.output().type(),
                        spec.residual(),
                        floor,
                        set.registers() - TEMPORARIES)
                : null;
    }

    /** Most pixels of a tile with this many accumulators per pixel. */
    static int pixels(InstructionSet set, int vectors) {
        return (set.registers() - TEMPORARIES) / vectors;
    }

    /** Code for all lines of a region, with the item's registers as {@link WorkLoop} sets them. */
    void emit(ChannelBlock block, Region region) {
        int elements = simd.bytes() / Integer.BYTES;
        int tail = block.order() != ChannelOrder.NATURAL
                ? block.channels()
                : block.channels() - (block.vectors() - 1) * elements;
        simd.storeMask(tail, STEP_COUNTER);
        Label line = code.here();
        Step covered = Step.NONE;
        for (TileRun run : region.tiles()) {
            WorkLoop.repeat(code, TILE_COUNTER, run.count(), () -> {
                tile(block, run.pixels());
                advance(run.step());
            });
            covered = covered.plus(run.step().times(run.count()));
        }
        advance(region.lineStep().minus(covered));
        code.dec(WorkLoop.COUNT);
        code.jump(Condition.NOT_EQUAL, line);
    }

    private void advance(Step step) {
        WorkLoop.advance(code, WorkLoop.INPUT, step.input());
        WorkLoop.advance(code, WorkLoop.OUTPUT, step.output());
        if (spec.residual() != null) {
            WorkLoop.advance(code, WorkLoop.RESIDUAL, step.residual());
        }
    }

    private VectorRegister accumulator(ChannelBlock block, int pixel, int vector) {
        return simd.register(pixel * block.vectors() + vector);
    }

    private VectorRegister temporary(int index) {
        return simd.register(set.registers() - TEMPORARIES + index);
    }

    private void tile(ChannelBlock block, List<Step> pixels) {
        for (int j = 0; j < block.vectors(); j++) {
            simd.load(accumulator(block, 0, j), Memory.at(WorkLoop.CONSTANTS, (long) j * simd.bytes()));
        }
        for (int m = 1; m < pixels.size(); m++) {
            for (int j = 0; j < block.vectors(); j++) {
                simd.copy(accumulator(block, m, j), accumulator(block, 0, j));
            }
        }
        if (!set.dotProducts()) {
            simd.load(temporary(3), pool.repeatedInt(0x0001_0001));
        } else if (signed) {
            simd.load(temporary(3), pool.repeatedInt(HIGH_BITS));
        }
        code.mov(WEIGHT, WorkLoop.WEIGHTS);
        if (runs.offsets().size() > 1) {
            code.mov(RUN, runTable);
            Label next = code.here();
            code.mov(BYTES, Memory.at(RUN));
            code.add(BYTES, WorkLoop.INPUT);
            steps(block, pixels, runs.steps());
            code.add(RUN, Long.BYTES);
            code.cmp(RUN, Memory.at(RUN, Long.BYTES));
            code.jump(Condition.NOT_EQUAL, next);
        }
        code.lea(BYTES, Memory.at(WorkLoop.INPUT, runs.offsets().getLast()));
        int last = set.dotProducts() ? Math.min(runs.steps(), LAST_STEPS) : 0;
        steps(block, pixels, runs.steps() - last);
        if (!set.dotProducts()) {
            additionalSteps(block, pixels);
        }
        finish(block, pixels, last);
    }

    /** The next dot products of a run. */
    private void steps(ChannelBlock block, List<Step> pixels, int steps) {
        if (steps == 0) {
            return;
        }
        int unroll = 1;
        while (unroll < 4 && steps % (2 * unroll) == 0 && unroll * pixels.size() * block.vectors() < ENOUGH_PER_LOOP) {
            unroll *= 2;
        }
        int together = unroll;
        int vectorBytes = block.vectors() * simd.bytes();
        WorkLoop.repeat(code, STEP_COUNTER, steps / unroll, () -> {
            for (int i = 0; i < together; i++) {
                if (set.dotProducts()) {
                    step(block, pixels, 4L * i, (long) i * vectorBytes);
                } else {
                    pairsOfWords(block, pixels, 0, block.vectors(), 4L * i, (long) i * vectorBytes);
                }
            }
            code.add(BYTES, 4L * together);
            code.add(WEIGHT, (long) together * vectorBytes);
        });
    }

    /** The dot products of four bytes of every pixel; weights go through two registers at a time. */
    private void step(ChannelBlock block, List<Step> pixels, long bytesAt, long weightsAt) {
        VectorRegister bytes = temporary(2);
        for (int j = 0; j < block.vectors(); j += 2) {
            int pair = Math.min(2, block.vectors() - j);
            for (int i = 0; i < pair; i++) {
                simd.load(temporary(i), Memory.at(WEIGHT, weightsAt + (long) (j + i) * simd.bytes()));
            }
            for (int m = 0; m < pixels.size(); m++) {
                Memory source = Memory.at(BYTES, pixels.get(m).input() + bytesAt);
                if (signed) {
                    simd.broadcastFlipped(bytes, source, temporary(3));
                } else {
                    code.emit(VPBROADCASTD, bytes, source);
                }
                for (int i = 0; i < pair; i++) {
                    code.emit(VPDPBUSD, accumulator(block, m, j + i), bytes, temporary(i));
                }
            }
        }
    }

    /** The same without a dot product of bytes for some of the accumulators: products are summed in pairs as words, then as int32. */
    private void pairsOfWords(ChannelBlock block, List<Step> pixels, int from, int to, long bytesAt, long weightsAt) {
        VectorRegister bytes = temporary(2);
        for (int m = 0; m < pixels.size(); m++) {
            code.emit(VPBROADCASTD, bytes, Memory.at(BYTES, pixels.get(m).input() + bytesAt));
            if (signed) {
                code.emit(VPXOR, bytes, bytes, pool.repeatedInt(HIGH_BITS));
            }
            for (int j = from; j < to; j++) {
                VectorRegister words = temporary(j % 2);
                VectorRegister sum = accumulator(block, m, j);
                code.emit(VPMADDUBSW, words, bytes, Memory.at(WEIGHT, weightsAt + (long) (j - from) * simd.bytes()));
                code.emit(VPMADDWD, words, words, temporary(3));
                code.emit(VPADDD, sum, sum, words);
            }
        }
    }

    /** The steps that {@link WordPairs} adds. */
    private void additionalSteps(ChannelBlock block, List<Step> pixels) {
        for (int j = 0; j < block.vectors(); j++) {
            Label none = new Label();
            code.mov(STEP_COUNTER, Memory.at(WEIGHT));
            code.add(WEIGHT, simd.bytes());
            code.test(STEP_COUNTER, STEP_COUNTER);
            code.jump(Condition.EQUAL, none);
            Label next = code.here();
            code.mov(BYTES, runTable);
            code.add(BYTES, Memory.at(WEIGHT, simd.bytes()));
            code.mov(BYTES, Memory.at(BYTES));
            code.add(BYTES, Memory.at(WEIGHT, simd.bytes() + Long.BYTES));
            code.add(BYTES, WorkLoop.INPUT);
            pairsOfWords(block, pixels, j, j + 1, 0, 0);
            code.add(WEIGHT, WordPairs.STEP_BYTES);
            code.dec(STEP_COUNTER);
            code.jump(Condition.NOT_EQUAL, next);
            code.bind(none);
        }
    }

    /** The last steps and the results of two pixels at a time. */
    private void finish(ChannelBlock block, List<Step> pixels, int steps) {
        if (requantization != null) {
            requantization.begin();
        }
        for (int m = 0; m < pixels.size(); m += 2) {
            int count = Math.min(2, pixels.size() - m);
            for (int i = 0; i < steps; i++) {
                lastStep(block, pixels, m, count, i);
            }
            if (block.order() == ChannelOrder.PAIRED && requantization != null) {
                storePair(block, pixels, m, m + count - 1, requantization);
            } else {
                for (int i = 0; i < count; i++) {
                    store(block, pixels, m + i);
                }
            }
        }
    }

    /** A step for one or two pixels; keeps the first temporary register. */
    private void lastStep(ChannelBlock block, List<Step> pixels, int first, int count, int step) {
        for (int i = 0; i < count; i++) {
            VectorRegister bytes = temporary(2 + i);
            code.emit(
                    VPBROADCASTD, bytes, Memory.at(BYTES, pixels.get(first + i).input() + 4L * step));
            if (signed) {
                code.emit(VPXOR, bytes, bytes, pool.repeatedInt(HIGH_BITS));
            }
        }
        for (int j = 0; j < block.vectors(); j++) {
            simd.load(temporary(1), Memory.at(WEIGHT, ((long) step * block.vectors() + j) * simd.bytes()));
            for (int i = 0; i < count; i++) {
                code.emit(VPDPBUSD, accumulator(block, first + i, j), temporary(2 + i), temporary(1));
            }
        }
    }

    private void store(ChannelBlock block, List<Step> pixels, int pixel) {
        if (requantization == null) {
            storeScaled(block, accumulators(block, pixel), output(pixels, pixel));
        } else {
            requantization.emit(
                    block,
                    accumulators(block, pixel),
                    Memory.at(WorkLoop.CONSTANTS),
                    output(pixels, pixel),
                    residual(pixels, pixel));
        }
    }

    private void storePair(
            ChannelBlock block, List<Step> pixels, int first, int second, RequantizationEmitter emitter) {
        emitter.emitPair(
                block,
                List.of(accumulators(block, first), accumulators(block, second)),
                Memory.at(WorkLoop.CONSTANTS),
                List.of(output(pixels, first), output(pixels, second)),
                List.of(residual(pixels, first), residual(pixels, second)));
    }

    private VectorRegister[] accumulators(ChannelBlock block, int pixel) {
        VectorRegister[] accumulators = new VectorRegister[block.vectors()];
        for (int j = 0; j < accumulators.length; j++) {
            accumulators[j] = accumulator(block, pixel, j);
        }
        return accumulators;
    }

    private static Memory output(List<Step> pixels, int pixel) {
        return Memory.at(WorkLoop.OUTPUT, pixels.get(pixel).output());
    }

    private static Memory residual(List<Step> pixels, int pixel) {
        return Memory.at(WorkLoop.RESIDUAL, pixels.get(pixel).residual());
    }

    private void storeScaled(ChannelBlock block, VectorRegister[] accumulators, Memory output) {
        int elements = simd.bytes() / Integer.BYTES;
        for (int j = 0; j < accumulators.length; j++) {
            VectorRegister accumulator = accumulators[j];
            long scales = (long) (block.vectors() + j) * simd.bytes();
            code.emit(VCVTDQ2PS, accumulator, accumulator);
            code.emit(VMULPS, accumulator, accumulator, Memory.at(WorkLoop.CONSTANTS, scales));
            int count = Math.min(elements, block.channels() - j * elements);
            simd.storeInts(output.plus((long) j * simd.bytes()), accumulator, count, temporary(0));
        }
    }
}
