package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VADDPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VDIVPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPAND;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSUBD;

import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Mask;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;

/**
 * Emits the mean or the maximum over windows of floats, one vector of channels after the other.
 *
 * <p>{@code vmaxps} forgets a NaN that it meets again, and takes the latter of two zeros. So elements that are NaN are left
 * alone, by a mask or a choice, and the signs of all taps are joined: a maximum of zero is +0 unless all of them are negative.
 */
final class FloatPoolingEmitter {
    /** Larger windows are looped over. */
    private static final int MOST_UNROLLED = 16;

    private static final int ORDERED = 7;
    private static final Mask NUMBERS = Mask.K2;

    private static final Gpr VECTOR_COUNTER = Gpr.R10;
    private static final Gpr ROW_COUNTER = Gpr.RAX;
    private static final Gpr TAP_COUNTER = Gpr.RDX;
    private static final Gpr ROW = Gpr.RCX;
    private static final Gpr TAP = Gpr.R11;

    private final Pooling spec;
    private final TensorView input;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final VectorRegister result;
    private final VectorRegister signs;
    private final VectorRegister greater;
    private final VectorRegister notNumber;
    private final VectorRegister infinity;

    FloatPoolingEmitter(Pooling spec, KernelBuilder kernel) {
        this.spec = spec;
        this.input = spec.input();
        this.code = kernel.code();
        this.simd = new Simd(code, kernel.set());
        this.pool = kernel.pool();
        this.result = simd.register(0);
        this.signs = simd.register(1);
        this.greater = simd.register(2);
        this.notNumber = simd.register(3);
        this.infinity = simd.register(4);
    }

    /**
     * Code for the item's pixels of a row, whose windows have the same taps inside the image; its input is the first of them.
     *
     * @param rows of these taps
     * @param columns of these taps
     */
    void emit(int rows, int columns) {
        int elements = simd.bytes() / Float.BYTES;
        int channels = input.channels();
        int rest = channels % elements;
        long done = (long) (channels - rest) * Float.BYTES;
        simd.storeMask(rest, ROW_COUNTER);
        Label pixel = code.here();
        if (channels >= elements) {
            WorkLoop.repeat(code, VECTOR_COUNTER, channels / elements, () -> {
                vector(rows, columns, elements);
                code.add(WorkLoop.INPUT, simd.bytes());
                code.add(WorkLoop.OUTPUT, simd.bytes());
            });
        }
        if (rest > 0) {
            vector(rows, columns, rest);
        }
        WorkLoop.advance(code, WorkLoop.INPUT, spec.window().strideWidth() * input.pixelStride() - done);
        WorkLoop.advance(code, WorkLoop.OUTPUT, spec.output().pixelStride() - done);
        code.dec(WorkLoop.COUNT);
        code.jump(Condition.NOT_EQUAL, pixel);
    }

    private void vector(int rows, int columns, int count) {
        boolean maximum = spec.kind() == Pooling.Kind.MAX;
        simd.load(result, pool.repeatedFloat(maximum ? Float.NEGATIVE_INFINITY : 0));
        if (maximum) {
            simd.load(signs, pool.repeatedInt(-1));
            if (!simd.wide()) {
                simd.load(infinity, pool.repeatedFloat(Float.POSITIVE_INFINITY));
            }
        }
        taps(rows, columns);
        if (maximum) {
            code.emit(VPAND, signs, signs, pool.repeatedInt(Integer.MIN_VALUE));
            code.emit(VADDPS, result, result, signs);
        } else {
            int divisor = spec.countPadding() ? spec.window().taps() : rows * columns;
            code.emit(VDIVPS, result, result, pool.repeatedFloat(Math.max(1, divisor)));
        }
        simd.storeInts(Memory.at(WorkLoop.OUTPUT), result, count, signs);
    }

    private void taps(int rows, int columns) {
        long down = spec.window().dilationHeight() * input.rowStride();
        long across = spec.window().dilationWidth() * input.pixelStride();
        if (rows * columns <= MOST_UNROLLED) {
            for (int i = 0; i < rows * columns; i++) {
                tap(Memory.at(WorkLoop.INPUT, i / columns * down + i % columns * across));
            }
            return;
        }
        code.mov(ROW, WorkLoop.INPUT);
        WorkLoop.repeat(code, ROW_COUNTER, rows, () -> {
            code.mov(TAP, ROW);
            WorkLoop.repeat(code, TAP_COUNTER, columns, () -> {
                tap(Memory.at(TAP));
                code.add(TAP, across);
            });
            code.add(ROW, down);
        });
    }

    private void tap(Memory place) {
        if (spec.kind() == Pooling.Kind.AVERAGE) {
            code.emit(VADDPS, result, result, place);
        } else {
            if (simd.wide()) {
                code.vcmpps(NUMBERS, result, result, ORDERED);
                code.emit(VMAXPS, result.masked(NUMBERS), result, place);
            } else {
                // The sign of this difference of bits is that of NaN.
                code.emit(VPAND, notNumber, result, pool.repeatedInt(Integer.MAX_VALUE));
                code.emit(VPSUBD, notNumber, infinity, notNumber);
                code.emit(VMAXPS, greater, result, place);
                code.vblendvps(result, greater, result, notNumber);
            }
            code.emit(VPAND, signs, signs, place);
        }
    }
}
