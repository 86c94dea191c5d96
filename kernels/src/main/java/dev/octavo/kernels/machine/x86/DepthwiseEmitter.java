package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPADDD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPDPBUSD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMADDWD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVSXBW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVZXBW;
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
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction;
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
 * <p>Without that instruction, bytes become words when they are loaded, and two taps are brought together by one level of unpacking.
 *
 * <p>Where windows overlap along a row, the walk goes column by column: each column's taps are unpacked once and used for every
 * output that it belongs to, whose sums wait in registers. Else each output unpacks its own taps.
 */
final class DepthwiseEmitter implements DepthwiseCode {
    private static final int TEMPORARIES = 4;
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

    private final int vectors;
    /** Taps of a channel that one product takes. */
    private final int together;

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
        this.vectors = vectors(set);
        this.together = together(set);
        this.tapTable = tapTable(spec, kernel.codeArena());
    }

    /** Accumulators of an output: of a vector of bytes, or of a vector of words. */
    static int vectors(InstructionSet set) {
        return set.dotProducts() ? ChannelBlock.FULL : 2;
    }

    private static int together(InstructionSet set) {
        return set.dotProducts() ? 4 : 2;
    }

    /** Whether the walk by columns serves: its partial sums need registers, and columns must follow each other. */
    static boolean walks(ConvolutionShape shape, InstructionSet set) {
        int free = set.registers() - TEMPORARIES - vectors(set);
        return shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.strideWidth() < shape.kernelWidth()
                && shape.kernelHeight() <= 8
                && shape.kernelWidth() <= 8
                && vectors(set) * waiting(shape) <= free;
    }

    /** Outputs that a column can belong to. */
    private static int waiting(ConvolutionShape shape) {
        return (shape.kernelWidth() + shape.strideWidth() - 1) / shape.strideWidth();
    }

    /** Taps in groups that are multiplied together, in the order in which {@link #emit} uses their weights. */
    static List<int[]> groups(ConvolutionShape shape, InstructionSet set) {
        int together = together(set);
        List<int[]> groups = new ArrayList<>();
        if (walks(shape, set)) {
            for (int column = 0; column < shape.kernelWidth(); column++) {
                for (int row = 0; row < shape.kernelHeight(); row += together) {
                    int[] group = new int[together];
                    for (int i = 0; i < together; i++) {
                        group[i] = row + i < shape.kernelHeight() ? (row + i) * shape.kernelWidth() + column : -1;
                    }
                    groups.add(group);
                }
            }
        } else {
            for (int tap = 0; tap < shape.taps(); tap += together) {
                int[] group = new int[together];
                for (int i = 0; i < together; i++) {
                    group[i] = tap + i < shape.taps() ? tap + i : -1;
                }
                groups.add(group);
            }
        }
        return groups;
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
    public int variant(ChannelBlock block, int width) {
        return kernel.variant(() -> emit(block, width));
    }

    @Override
    public String manner() {
        return walks(shape, set) ? "walk" : "taps";
    }

    /** Code for parts of the item's rows of output. */
    private void emit(ChannelBlock block, int width) {
        Simd simd = new Simd(code, set, VectorWidth.holding(block.vectorBytes()));
        simd.storeMask(block.channels(), Gpr.RAX);
        Row row = new Row(block, width, simd);
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

    /** Part of a row of output in one width of vectors. */
    private final class Row {
        private final ChannelBlock block;
        private final int width;
        private final Simd simd;
        private final TileEpilogue requantization;
        private final long inputStep = input.pixelStride() * shape.strideWidth();
        private final int quadsPerColumn = (shape.kernelHeight() + together - 1) / together;
        private long inputAdvance;
        private long outputAdvance;
        private long residualAdvance;

        Row(ChannelBlock block, int width, Simd simd) {
            this.block = block;
            this.width = width;
            this.simd = simd;
            this.requantization = TileEpilogue.of(spec, floor).emitter(kernel, simd, set.registers() - TEMPORARIES);
        }

        /** Sums of output {@code slot}, modulo the number of waiting outputs. */
        private VectorRegister sum(int slot, int vector) {
            return simd.register(slot * vectors + vector);
        }

        private VectorRegister quad(int vector) {
            return simd.register(set.registers() - TEMPORARIES - vectors + vector);
        }

        private VectorRegister temporary(int index) {
            return simd.register(set.registers() - TEMPORARIES + index);
        }

        /** Weights that fit into registers beside the waiting sums; of those for dot products all or none. */
        private int weightsInRegisters() {
            int free = set.registers() - TEMPORARIES - vectors * (1 + waiting(shape));
            int all = vectors * quadsPerColumn * shape.kernelWidth();
            return set.dotProducts() && all > free ? 0 : Math.min(all, free);
        }

        private Operand weight(int quad, int vector) {
            int index = quad * vectors + vector;
            return index < weightsInRegisters()
                    ? simd.register(waiting(shape) * vectors + index)
                    : Memory.at(WorkLoop.WEIGHTS, (long) index * simd.bytes());
        }

        void walk() {
            loadHighBits();
            for (int i = 0; i < weightsInRegisters(); i++) {
                simd.load(
                        simd.register(waiting(shape) * vectors + i),
                        Memory.at(WorkLoop.WEIGHTS, (long) i * simd.bytes()));
            }
            int slots = waiting(shape);
            // Columns that come before the last stride of the first output's window.
            for (int column = 0; column < shape.kernelWidth() - shape.strideWidth(); column++) {
                column(column, 0);
            }
            int rounds = width / slots;
            int rest = width % slots;
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
                long row = (long) together * q * input.rowStride();
                int rows = Math.min(together, shape.kernelHeight() - together * q);
                gather(
                        rows,
                        i -> Memory.at(WorkLoop.INPUT, row + i * input.rowStride() + column * input.pixelStride()));
                for (int x = firstOutput; x * shape.strideWidth() <= column; x++) {
                    int tap = column - x * shape.strideWidth();
                    for (int j = 0; j < vectors; j++) {
                        VectorRegister sum = sum(x % slots, j);
                        if (tap == 0 && q == 0) {
                            simd.load(sum, Memory.at(WorkLoop.CONSTANTS, (long) j * simd.bytes()));
                        }
                        multiply(sum, j, weight(tap * quadsPerColumn + q, j));
                    }
                }
            }
        }

        /**
         * Brings the bytes of up to four places, or the words of two, together per channel; what is beyond the places given is undefined.
         *
         * @param place of each tap; each is used before the next is asked for
         */
        private void gather(int count, IntFunction<Memory> place) {
            if (!set.dotProducts()) {
                pairWords(count, place);
                return;
            }
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

        /** As {@link #gather}, with a vector of bytes of each place as words. */
        private void pairWords(int count, IntFunction<Memory> place) {
            VectorInstruction extend = signed ? VPMOVSXBW : VPMOVZXBW;
            VectorRegister first = temporary(0);
            VectorRegister second = count > 1 ? temporary(1) : first;
            code.emit(extend, first, place.apply(0));
            if (count > 1) {
                code.emit(extend, second, place.apply(1));
            }
            code.emit(VPUNPCKLWD, quad(0), first, second);
            code.emit(VPUNPCKHWD, quad(1), first, second);
        }

        /** Adds the products of gathered taps, which stay. */
        private void multiply(VectorRegister sum, int vector, Operand weights) {
            if (set.dotProducts()) {
                code.emit(VPDPBUSD, sum, quad(vector), weights);
            } else {
                VectorRegister product = temporary(2 + vector % 2);
                code.emit(VPMADDWD, product, quad(vector), weights);
                code.emit(VPADDD, sum, sum, product);
            }
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
            VectorRegister[] sums = new VectorRegister[vectors];
            for (int j = 0; j < vectors; j++) {
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
            if (signed && set.dotProducts()) {
                simd.load(temporary(3), pool.repeatedInt(0x8080_8080));
            }
        }

        void pixelByPixel() {
            loadHighBits();
            WorkLoop.repeat(code, LOOP_COUNTER, width, () -> {
                for (int j = 0; j < vectors; j++) {
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
            inputAdvance = width * inputStep;
            outputAdvance = width * output.pixelStride();
            residualAdvance = width * residualStep();
        }

        private void unrolledTaps() {
            ConvolutionTensors tensors = ConvolutionTensors.of(spec);
            List<int[]> groups = groups(shape, set);
            for (int g = 0; g < groups.size(); g++) {
                int[] group = groups.get(g);
                int taps = Math.min(together, shape.taps() - together * g);
                gather(taps, i -> Memory.at(WorkLoop.INPUT, tensors.tap(group[i])));
                products(WorkLoop.WEIGHTS, (long) vectors * simd.bytes() * g);
            }
        }

        private void loopedTaps() {
            code.mov(TABLE, tapTable);
            code.mov(WEIGHT, WorkLoop.WEIGHTS);
            WorkLoop.repeat(code, QUAD_COUNTER, (shape.taps() + together - 1) / together, () -> {
                gather(together, i -> {
                    code.mov(OFFSET, Memory.at(TABLE, (long) i * Long.BYTES));
                    return Memory.at(WorkLoop.INPUT, OFFSET, 1, 0);
                });
                products(WEIGHT, 0);
                code.add(TABLE, (long) together * Long.BYTES);
                code.add(WEIGHT, (long) vectors * simd.bytes());
            });
        }

        /** Adds the products of the gathered taps. */
        private void products(Gpr base, long offset) {
            for (int j = 0; j < vectors; j++) {
                multiply(sum(0, j), j, Memory.at(base, offset + (long) j * simd.bytes()));
            }
        }
    }
}
