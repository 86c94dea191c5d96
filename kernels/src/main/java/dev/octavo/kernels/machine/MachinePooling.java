package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.WorkList.Item;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Prepares the kernels of a {@link Pooling} of bytes. */
final class MachinePooling {
    private static final int MOST_CHANNELS = 2048;

    private MachinePooling() {}

    /** Whether a kernel here serves: averages of whole windows, and maxima over rows without gaps. */
    static boolean supports(Pooling spec) {
        boolean padded = spec.padTop() + spec.padLeft() + spec.padBottom() + spec.padRight() > 0;
        return switch (spec.kind()) {
            case AVERAGE -> !padded;
            case MAX ->
                spec.input().pixelStride() == spec.input().channels()
                        && spec.input().channels() <= MOST_CHANNELS
                        && spec.window().dilationHeight() == 1
                        && spec.window().dilationWidth() == 1
                        && spec.window().kernelHeight() > Math.max(spec.padTop(), spec.padBottom());
        };
    }

    /** An average as a depthwise convolution with weights of one. */
    static Convolution average(Pooling spec, Arena arena) {
        TensorView output = spec.output();
        ConvolutionShape shape = spec.window().withGroups(output.channels());
        MemorySegment ones = arena.allocate((long) output.channels() * shape.taps());
        ones.fill((byte) 1);
        boolean signed = output.type() == ElementType.INT8;
        return new Convolution(
                spec.input(),
                output,
                shape,
                ones,
                new int[output.channels()],
                Requantization.of(spec.averages().getLast(), signed ? -128 : 0, signed ? 127 : 255),
                null);
    }

    static Kernel maximum(Pooling spec, InstructionSet set, Arena arena) throws TierUnavailableException {
        TensorView in = spec.input();
        TensorView out = spec.output();
        List<Integer> rowCounts = new ArrayList<>();
        WorkList work = new WorkList();
        for (int image = 0; image < out.batch(); image++) {
            for (int y = 0; y < out.height(); y++) {
                int top = y * spec.window().strideHeight() - spec.padTop();
                int first = Math.max(0, top);
                int rows = Math.min(in.height(), top + spec.window().kernelHeight()) - first;
                if (!rowCounts.contains(rows)) {
                    rowCounts.add(rows);
                }
                work.add(new Item(
                        in.offset() + image * in.imageStride() + first * in.rowStride(),
                        out.offset() + image * out.imageStride() + y * out.rowStride(),
                        0,
                        0,
                        0,
                        1,
                        rowCounts.indexOf(rows)));
            }
        }
        Assembler code = new Assembler();
        ConstantPool pool = new ConstantPool(arena, WorkLoop.POOL);
        MaxPoolingEmitter emitter = new MaxPoolingEmitter(spec, code, set, pool);
        List<Runnable> variants = new ArrayList<>();
        for (int rows : rowCounts) {
            variants.add(() -> emitter.emit(rows));
        }
        WorkLoop.emit(code, pool.address(), variants);
        String window = spec.window().kernelHeight() + "x" + spec.window().kernelWidth();
        String name = (in.type() == ElementType.UINT8 ? "u8" : "s8") + "-max" + window + "-" + set.label();
        return EmittedKernel.load(name, work, MaxPoolingEmitter.scratchBytes(spec), code.toByteArray(), arena);
    }
}
