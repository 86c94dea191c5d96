package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.work.EmittedKernel;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.work.WorkList.Item;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prepares the kernel of a maximum {@link Pooling} of bytes. */
final class MachineMaxPooling {
    private static final int MOST_CHANNELS = 2048;

    private MachineMaxPooling() {}

    /** Returns the kernel of a maximum over rows without gaps; empty for other poolings. */
    static Optional<Kernel> prepare(Pooling spec, InstructionSet set, Arena arena) throws TierUnavailableException {
        boolean served = spec.kind() == Pooling.Kind.MAX
                && spec.input().pixelStride() == spec.input().channels()
                && spec.input().channels() <= MOST_CHANNELS
                && spec.window().dilationHeight() == 1
                && spec.window().dilationWidth() == 1
                && spec.window().kernelHeight() > Math.max(spec.padTop(), spec.padBottom());
        return served ? Optional.of(maximum(spec, set, arena)) : Optional.empty();
    }

    private static Kernel maximum(Pooling spec, InstructionSet set, Arena arena) throws TierUnavailableException {
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
