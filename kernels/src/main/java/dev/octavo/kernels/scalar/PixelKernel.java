package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** What computes each element of a feature map on its own; a unit is one row of one image of the output. */
abstract class PixelKernel implements Kernel {
    private final String name;
    private final TensorView output;

    PixelKernel(String name, TensorView output) {
        this.name = name;
        this.output = output;
    }

    /** Computes channel {@code c} of the pixel in column {@code x} of row {@code y} of image {@code n}. */
    abstract void element(MemorySegment memory, int n, int y, int x, int c);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int units() {
        return output.batch() * output.height();
    }

    @Override
    public final void run(MemorySegment memory, long scratch, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            int n = unit / output.height();
            int y = unit % output.height();
            for (int x = 0; x < output.width(); x++) {
                for (int c = 0; c < output.channels(); c++) {
                    element(memory, n, y, x, c);
                }
            }
        }
    }

    /** Where an element of a feature map lies, in bytes from the start of memory. */
    static long place(TensorView view, int n, int y, int x, int c) {
        return view.offset() + n * view.stride(0) + c * view.stride(1) + y * view.stride(2) + x * view.stride(3);
    }
}
