package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPADDD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPDPBUSD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMADDWD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPUNPCKHBW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPUNPCKHWD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPUNPCKLBW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPUNPCKLWD;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.code.DepthwiseCode;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ChannelOrder;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.Operand;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Emits depthwise convolution for a vector of byte channels at a time.
 *
 * <p>Four taps of each channel are brought together by two levels of unpacking, so that a dot product of bytes takes all four. The
 * order in which that leaves the channels is the one that the packs of the epilogue undo ({@link ChannelOrder#INTERLEAVED}).
 *
 * <p>Where windows overlap along a row, the walk goes column by column: each column's taps are unpacked once and used for every
 * output that it belongs to, whose sums wait in registers. Else each output unpacks its own taps.
 */
final class DepthwiseEmitter implements DepthwiseCode {
    private static final int TEMPORARIES = 4;
    private static final int VECTORS = ChannelBlock.FULL;
    /** More taps than this are looped over instead of unrolled. */
    private static final int MOST_UNROLLED = 64;

    private static final Gpr LOOP_COUNTER = Gpr.R10;
    private static final Gpr QUAD_COUNTER = Gpr.RDX;
    private static final Gpr OFFSET = Gpr.RAX;
    private static final Gpr WEIGHT = Gpr.RCX;
    private static final Gpr TABLE = Gpr.R11;

    private final Convolution spec;
    private final ConvolutionShape shape;
    private final TensorView input;
    private final TensorView output;
    private final boolean floor;
    private final KernelBuilder kernel;
    private final Assembler code;
    private final InstructionSet set;
    private final ConstantPool pool;
    private final boolean signed;
    /** Address of the offsets of all taps as int64, of a multiple of four taps, for windows that are looped over. */
    private final long tapTable;

    DepthwiseEmitter(Convolution spec, boolean floor, KernelBuilder kernel) {
        this.spec = spec;
        this.shape = spec.shape();
        this.input = spec.input();
        this.output = spec.output();
        this.floor = floor;
        this.kernel = kernel;
        this.code = kernel.code();
        this.set = kernel.set();
        this.pool = kernel.pool();
        this.signed = spec.input().type() == ElementType.INT8;
        this.tapTable = tapTable(spec, kernel.codeArena());
    }

    /** Whether the walk by columns serves: its partial sums need registers, and columns must follow each other. */
    static boolean walks(ConvolutionShape shape, InstructionSet set) {
        int free = set.registers() - TEMPORARIES - VECTORS;
        return set.dotProducts()
                && shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.strideWidth() < shape.kernelWidth()
                && shape.kernelHeight() <= 8
                && shape.kernelWidth() <= 8
                && VECTORS * waiting(shape) <= free;
    }

    /** Outputs that a column can belong to. */
    private static int waiting(ConvolutionShape shape) {
        return (shape.kernelWidth() + shape.strideWidth() - 1) / shape.strideWidth();
    }

    /** Taps in groups of four, in the order in which {@link #emit} uses their weights. */
    static List<int[]> quads(ConvolutionShape shape, InstructionSet set) {
        List<int[]> quads = new ArrayList<>();
        if (walks(shape, set)) {
            for (int column = 0; column < shape.kernelWidth(); column++) {
                for (int row = 0; row < shape.kernelHeight(); row += 4) {
                    int[] quad = new int[4];
                    for (int i = 0; i < 4; i++) {
                        quad[i] = row + i < shape.kernelHeight() ? (row + i) * shape.kernelWidth() + column : -1;
                    }
                    quads.add(quad);
                }
            }
        } else {
            for (int tap = 0; tap < shape.taps(); tap += 4) {
                int[] quad = new int[4];
                for (int i = 0; i < 4; i++) {
                    quad[i] = tap + i < shape.taps() ? tap + i : -1;
                }
                quads.add(quad);
            }
        }
        return quads;
    }

    private static long tapTable(Convolution spec, Arena arena) {
        ConvolutionTensors tensors = ConvolutionTensors.of(spec);
        int taps = spec.shape().taps();
        int padded = (taps + 3) / 4 * 4;
        long[] table = new long[padded];
        for (int i = 0; i < padded; i++) {
            table[i] = tensors.tap(Math.min(i, taps - 1));
        }
        return arena.allocateFrom(ValueLayout.JAVA_LONG, table).address();
    }

    @Override
    public int variant(ChannelBlock block) {
        return kernel.variant(() -> emit(block));
    }

    @Override
    public String manner() {
        return walks(shape, set) ? "walk" : "taps";
    }

    /** Code for the item's rows of output. */
    private void emit(ChannelBlock block) {
        Simd simd = new Simd(code, set, VectorWidth.holding(block.vectorBytes()));
        simd.storeMask(block.channels(), Gpr.RAX);
        Row row = new Row(block, simd);
        Label loop = code.here();
        if (walks(shape, set)) {
            row.walk();
        } else {
            row.pixelByPixel();
        }
        WorkLoop.advance(code, WorkLoop.INPUT, input.rowStride() * shape.strideHeight() - row.inputAdvance);
        WorkLoop.advance(code, WorkLoop.OUTPUT, output.rowStride() - row.outputAdvance);
        if (spec.residual() != null) {
            WorkLoop.advance(code, WorkLoop.RESIDUAL, spec.residual().view().rowStride() - row.residualAdvance);
        }
        code.dec(WorkLoop.COUNT);
        code.jump(Condition.NOT_EQUAL, loop);
    }

    /** One row of output in one width of vectors. */
    private final class Row {
        private final ChannelBlock block;
        private final Simd simd;
        private final TileEpilogue requantization;
        private final long inputStep = input.pixelStride() * shape.strideWidth();
        private final int quadsPerColumn = (shape.kernelHeight() + 3) / 4;
        private long inputAdvance;
        private long outputAdvance;
        private long residualAdvance;

        Row(ChannelBlock block, Simd simd) {
            this.block = block;
            this.simd = simd;
            this.requantization = TileEpilogue.of(spec, floor).emitter(kernel, simd, set.registers() - TEMPORARIES);
        }

        /** Sums of output {@code slot}, modulo the number of waiting outputs. */
        private VectorRegister sum(int slot, int vector) {
            return simd.register(slot * VECTORS + vector);
        }

        private VectorRegister quad(int vector) {
            return simd.register(set.registers() - TEMPORARIES - VECTORS + vector);
        }

        private VectorRegister temporary(int index) {
            return simd.register(set.registers() - TEMPORARIES + index);
        }

        private boolean weightsInRegisters() {
            int needed = VECTORS * (waiting(shape) + quadsPerColumn * shape.kernelWidth());
            return needed <= set.registers() - TEMPORARIES - VECTORS;
        }

        private Operand weight(int quad, int vector) {
            int index = quad * VECTORS + vector;
            return weightsInRegisters()
                    ? simd.register(waiting(shape) * VECTORS + index)
                    : Memory.at(WorkLoop.WEIGHTS, (long) index * simd.bytes());
        }

        void walk() {
            loadHighBits();
            if (weightsInRegisters()) {
                for (int i = 0; i < quadsPerColumn * shape.kernelWidth() * VECTORS; i++) {
                    simd.load(
                            simd.register(waiting(shape) * VECTORS + i),
                            Memory.at(WorkLoop.WEIGHTS, (long) i * simd.bytes()));
                }
            }
            int slots = waiting(shape);
            // Columns that come before the last stride of the first output's window.
            for (int column = 0; column < shape.kernelWidth() - shape.strideWidth(); column++) {
                column(column, 0);
            }
            int rounds = output.width() / slots;
            int rest = output.width() % slots;
            if (rounds > 0) {
                WorkLoop.repeat(code, LOOP_COUNTER, rounds, () -> {
                    outputs(slots);
                    advance(slots);
                });
            }
            outputs(rest);
            long pixels = (long) rounds * slots;
            inputAdvance = pixels * inputStep;
            outputAdvance = pixels * output.pixelStride();
            residualAdvance = pixels * residualStep();
        }

        private long residualStep() {
            return spec.residual() == null ? 0 : spec.residual().view().pixelStride();
        }

        private void advance(int pixels) {
            WorkLoop.advance(code, WorkLoop.INPUT, pixels * inputStep);
            WorkLoop.advance(code, WorkLoop.OUTPUT, pixels * output.pixelStride());
            WorkLoop.advance(code, WorkLoop.RESIDUAL, pixels * residualStep());
        }

        /** The next outputs of the walk, from slot 0 on. */
        private void outputs(int count) {
            for (int x = 0; x < count; x++) {
                for (int i = 0; i < shape.strideWidth(); i++) {
                    column(x * shape.strideWidth() + shape.kernelWidth() - shape.strideWidth() + i, x);
                }
                store(x, x);
            }
        }

        /**
         * Adds a column's taps to every output from {@code firstOutput} on that has them.
         *
         * @param column counted from the first column of output 0 in this round
         */
        private void column(int column, int firstOutput) {
            int slots = waiting(shape);
            for (int q = 0; q < quadsPerColumn; q++) {
                long row = 4L * q * input.rowStride();
                int rows = Math.min(4, shape.kernelHeight() - 4 * q);
                gather(
                        rows,
                        i -> Memory.at(WorkLoop.INPUT, row + i * input.rowStride() + column * input.pixelStride()));
                for (int x = firstOutput; x * shape.strideWidth() <= column; x++) {
                    int tap = column - x * shape.strideWidth();
                    for (int j = 0; j < VECTORS; j++) {
                        VectorRegister sum = sum(x % slots, j);
                        if (tap == 0 && q == 0) {
                            simd.load(sum, Memory.at(WorkLoop.CONSTANTS, (long) j * simd.bytes()));
                        }
                        code.emit(VPDPBUSD, sum, quad(j), weight(tap * quadsPerColumn + q, j));
                    }
                }
            }
        }

        /**
         * Brings the bytes of up to four places together per channel; what is beyond the places given is undefined.
         *
         * @param place of each tap; each is used before the next is asked for
         */
        private void gather(int count, IntFunction<Memory> place) {
            load(temporary(0), place.apply(0));
            VectorRegister second = count > 1 ? load(temporary(1), place.apply(1)) : temporary(0);
            code.emit(VPUNPCKLBW, quad(0), temporary(0), second);
            code.emit(VPUNPCKHBW, quad(2), temporary(0), second);
            VectorRegister low = quad(0);
            VectorRegister high = quad(2);
            if (count > 2) {
                low = temporary(2);
                high = temporary(0);
                load(temporary(0), place.apply(2));
                VectorRegister fourth = count > 3 ? load(temporary(1), place.apply(3)) : temporary(0);
                code.emit(VPUNPCKLBW, low, temporary(0), fourth);
                code.emit(VPUNPCKHBW, high, temporary(0), fourth);
            }
            code.emit(VPUNPCKHWD, quad(1), quad(0), low);
            code.emit(VPUNPCKLWD, quad(0), quad(0), low);
            code.emit(VPUNPCKHWD, quad(3), quad(2), high);
            code.emit(VPUNPCKLWD, quad(2), quad(2), high);
        }

        /** Unsigned bytes. */
        private VectorRegister load(VectorRegister register, Memory place) {
            if (signed) {
                simd.loadFlipped(register, place, temporary(3));
            } else {
                simd.load(register, place);
            }
            return register;
        }

        private void store(int slot, int pixel) {
            VectorRegister[] sums = new VectorRegister[VECTORS];
            for (int j = 0; j < VECTORS; j++) {
                sums[j] = sum(slot, j);
            }
            requantization.begin();
            requantization.emit(
                    block,
                    sums,
                    Memory.at(WorkLoop.CONSTANTS),
                    Memory.at(WorkLoop.OUTPUT, pixel * output.pixelStride()),
                    Memory.at(WorkLoop.RESIDUAL, pixel * residualStep()));
            if (spec.residual() != null || spec.epilogue() instanceof Activation) {
                loadHighBits();
            }
        }

        /** What {@link #load} takes signed bytes with; residuals and activations use the register too. */
        private void loadHighBits() {
            if (signed) {
                simd.load(temporary(3), pool.repeatedInt(0x8080_8080));
            }
        }

        void pixelByPixel() {
            loadHighBits();
            WorkLoop.repeat(code, LOOP_COUNTER, output.width(), () -> {
                for (int j = 0; j < VECTORS; j++) {
                    simd.load(sum(0, j), Memory.at(WorkLoop.CONSTANTS, (long) j * simd.bytes()));
                }
                if (shape.taps() <= MOST_UNROLLED) {
                    unrolledTaps();
                } else {
                    loopedTaps();
                }
                store(0, 0);
                advance(1);
            });
            inputAdvance = output.width() * inputStep;
            outputAdvance = output.width() * output.pixelStride();
            residualAdvance = output.width() * residualStep();
        }

        private void unrolledTaps() {
            ConvolutionTensors tensors = ConvolutionTensors.of(spec);
            List<int[]> quads = quads(shape, set);
            for (int q = 0; q < quads.size(); q++) {
                int[] quad = quads.get(q);
                int taps = Math.min(4, shape.taps() - 4 * q);
                gather(taps, i -> Memory.at(WorkLoop.INPUT, tensors.tap(quad[i])));
                dotProducts(WorkLoop.WEIGHTS, VECTORS * weightBytes() * q);
            }
        }

        private void loopedTaps() {
            code.mov(TABLE, tapTable);
            code.mov(WEIGHT, WorkLoop.WEIGHTS);
            WorkLoop.repeat(code, QUAD_COUNTER, (shape.taps() + 3) / 4, () -> {
                gather(4, i -> {
                    code.mov(OFFSET, Memory.at(TABLE, (long) i * Long.BYTES));
                    return Memory.at(WorkLoop.INPUT, OFFSET, 1, 0);
                });
                dotProducts(WEIGHT, 0);
                code.add(TABLE, 4L * Long.BYTES);
                code.add(WEIGHT, VECTORS * weightBytes());
            });
        }

        /** Adds the products of the gathered taps; without a dot product of bytes the taps are used up. */
        private void dotProducts(Gpr base, long offset) {
            for (int j = 0; j < VECTORS; j++) {
                Memory weights = Memory.at(base, offset + j * weightBytes());
                if (set.dotProducts()) {
                    code.emit(VPDPBUSD, sum(0, j), quad(j), weights);
                } else {
                    simd.splitWords(temporary(0), quad(j), pool);
                    code.emit(VPMADDWD, temporary(0), temporary(0), weights);
                    code.emit(VPMADDWD, quad(j), quad(j), weights.plus(simd.bytes()));
                    code.emit(VPADDD, sum(0, j), sum(0, j), temporary(0));
                    code.emit(VPADDD, sum(0, j), sum(0, j), quad(j));
                }
            }
        }

        /** Bytes of the weights of one accumulator for four taps. */
        private long weightBytes() {
            return set.dotProducts() ? simd.bytes() : 2L * simd.bytes();
        }
    }
}
