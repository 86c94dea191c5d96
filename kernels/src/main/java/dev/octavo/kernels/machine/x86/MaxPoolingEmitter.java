package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXSB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXUB;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;

/**
 * Emits the maximum over windows, one row of output at a time: first down the rows of a window, over whole rows of input whatever
 * their pixels, into scratch memory; then across. Columns outside of the image hold the least value there.
 */
final class MaxPoolingEmitter {
    private static final Gpr SOURCE = Gpr.RAX;
    private static final Gpr TARGET = Gpr.RDX;
    private static final Gpr COUNTER = Gpr.RCX;

    private final Pooling spec;
    private final TensorView input;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final VectorInstruction maximum;

    MaxPoolingEmitter(Pooling spec, Assembler code, InstructionSet set, ConstantPool pool) {
        this.spec = spec;
        this.input = spec.input();
        this.code = code;
        this.simd = new Simd(code, set);
        this.pool = pool;
        this.maximum = input.type() == ElementType.INT8 ? VPMAXSB : VPMAXUB;
    }

    /** Scratch memory for one row, with what full vectors write beyond it. */
    static long scratchBytes(Pooling spec) {
        long pixels = (long) spec.padLeft() + spec.input().width() + right(spec);
        return pixels * spec.input().channels() + 2L * VectorWidth.ZMM.bytes();
    }

    /** Columns that windows reach beyond the image. */
    private static int right(Pooling spec) {
        int reached = (spec.output().width() - 1) * spec.window().strideWidth()
                + spec.window().kernelWidth()
                - spec.padLeft();
        return Math.max(0, reached - spec.input().width());
    }

    /**
     * Code for the item's row of output.
     *
     * @param rows of the window that lie inside the image; the item's input is the first of them
     */
    void emit(int rows) {
        int channels = input.channels();
        long left = (long) spec.padLeft() * channels;
        long rowBytes = (long) input.width() * channels;
        VectorRegister least = simd.register(1);
        simd.load(least, pool.repeatedByte(input.type() == ElementType.INT8 ? Byte.MIN_VALUE : 0));
        fill(least, 0, left);
        code.lea(TARGET, Memory.at(WorkLoop.SCRATCH, left));
        code.mov(SOURCE, WorkLoop.INPUT);
        int chunks = Math.toIntExact((rowBytes + simd.bytes() - 1) / simd.bytes());
        VectorRegister most = simd.register(0);
        WorkLoop.repeat(code, COUNTER, chunks, () -> {
            simd.load(most, Memory.at(SOURCE));
            for (int row = 1; row < rows; row++) {
                code.emit(maximum, most, most, Memory.at(SOURCE, row * input.rowStride()));
            }
            simd.store(Memory.at(TARGET), most);
            code.add(SOURCE, simd.bytes());
            code.add(TARGET, simd.bytes());
        });
        fill(least, left + rowBytes, (long) right(spec) * channels);
        across(channels);
    }

    private void fill(VectorRegister value, long from, long bytes) {
        for (long at = 0; at < bytes; at += simd.bytes()) {
            simd.store(Memory.at(WorkLoop.SCRATCH, from + at), value);
        }
    }

    private void across(int channels) {
        simd.storeMask(channels % simd.bytes(), Gpr.RAX);
        code.mov(SOURCE, WorkLoop.SCRATCH);
        VectorRegister most = simd.register(0);
        WorkLoop.repeat(code, COUNTER, spec.output().width(), () -> {
            for (int channel = 0; channel < channels; channel += simd.bytes()) {
                simd.load(most, Memory.at(SOURCE, channel));
                for (int tap = 1; tap < spec.window().kernelWidth(); tap++) {
                    code.emit(maximum, most, most, Memory.at(SOURCE, (long) tap * channels + channel));
                }
                int count = Math.min(simd.bytes(), channels - channel);
                simd.storeBytes(Memory.at(WorkLoop.OUTPUT, channel), most, count, simd.register(2));
            }
            WorkLoop.advance(code, SOURCE, (long) spec.window().strideWidth() * channels);
            WorkLoop.advance(code, WorkLoop.OUTPUT, spec.output().pixelStride());
        });
    }
}
