package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.work.WorkList.Item;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Prepares the kernel of a {@link Pooling} of floats. */
final class MachineFloatPooling {
    private final Pooling spec;
    private final KernelBuilder kernel;
    private final FloatPoolingEmitter emitter;
    private final Map<List<Integer>, Integer> variants = new HashMap<>();

    /** Taps of a window along an axis that lie inside the image. */
    private record Inside(int start, int count) {
        /**
         * @param window where the first tap lies, which may be outside
         * @param step from one tap to the next
         */
        static Inside of(int window, int taps, int step, int size) {
            int first = Math.min(taps, Math.max(0, Math.ceilDiv(-window, step)));
            int end = Math.clamp(Math.ceilDiv(size - window, step), first, taps);
            return new Inside(end > first ? window + first * step : 0, end - first);
        }
    }

    private MachineFloatPooling(Pooling spec, KernelBuilder kernel) {
        this.spec = spec;
        this.kernel = kernel;
        this.emitter = new FloatPoolingEmitter(spec, kernel);
    }

    static Kernel prepare(Pooling spec, KernelBuilder kernel) throws TierUnavailableException {
        String window = spec.window().kernelHeight() + "x" + spec.window().kernelWidth();
        String name = spec.kind() == Pooling.Kind.MAX ? "f32-max" : "f32-mean";
        WorkList work = new MachineFloatPooling(spec, kernel).work();
        return kernel.build(name + window + "-" + kernel.set().label(), work);
    }

    /** Neighbours whose windows have as many columns inside make one item. */
    private WorkList work() {
        TensorView in = spec.input();
        TensorView out = spec.output();
        WorkList work = new WorkList();
        List<Inside> columns = columns();
        for (int image = 0; image < out.batch(); image++) {
            for (int y = 0; y < out.height(); y++) {
                Inside rows = Inside.of(
                        y * spec.window().strideHeight() - spec.padTop(),
                        spec.window().kernelHeight(),
                        spec.window().dilationHeight(),
                        in.height());
                long source = in.offset() + image * in.imageStride() + rows.start * in.rowStride();
                long target = out.offset() + image * out.imageStride() + y * out.rowStride();
                int end;
                for (int x = 0; x < columns.size(); x = end) {
                    Inside first = columns.get(x);
                    end = x + 1;
                    while (end < columns.size() && follows(columns.get(end), first, end - x)) {
                        end++;
                    }
                    work.add(new Item(
                            source + first.start * in.pixelStride(),
                            target + x * out.pixelStride(),
                            0,
                            0,
                            0,
                            end - x,
                            variant(rows.count, first.count)));
                }
            }
        }
        return work;
    }

    private List<Inside> columns() {
        List<Inside> columns = new ArrayList<>();
        for (int x = 0; x < spec.output().width(); x++) {
            columns.add(Inside.of(
                    x * spec.window().strideWidth() - spec.padLeft(),
                    spec.window().kernelWidth(),
                    spec.window().dilationWidth(),
                    spec.input().width()));
        }
        return columns;
    }

    private boolean follows(Inside next, Inside first, int distance) {
        return next.count == first.count
                && next.start == first.start + distance * spec.window().strideWidth();
    }

    private int variant(int rows, int columns) {
        boolean none = rows == 0 || columns == 0;
        return variants.computeIfAbsent(
                none ? List.of(0, 0) : List.of(rows, columns),
                inside -> kernel.variant(() -> emitter.emit(inside.getFirst(), inside.getLast())));
    }
}
