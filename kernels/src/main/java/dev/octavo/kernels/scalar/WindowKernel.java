package dev.octavo.kernels.scalar;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TensorView;

/** What computes each element from a window of the same channel; taps are numbered row by row. */
abstract class WindowKernel extends PixelKernel {
    private final TensorView input;
    private final ConvolutionShape window;
    private final int padTop;
    private final int padLeft;

    WindowKernel(String name, Pooling spec) {
        super(name, spec.output());
        this.input = spec.input();
        this.window = spec.window();
        this.padTop = spec.padTop();
        this.padLeft = spec.padLeft();
    }

    final int taps() {
        return window.taps();
    }

    /** Whether a tap of the window of output pixel (y, x) lies in the input, rather than in its padding. */
    final boolean inside(int y, int x, int tap) {
        int row = row(y, tap);
        int column = column(x, tap);
        return row >= 0 && row < input.height() && column >= 0 && column < input.width();
    }

    /** Where the input of a tap lies. */
    final long tap(int n, int y, int x, int c, int tap) {
        return place(input, n, row(y, tap), column(x, tap), c);
    }

    private int row(int y, int tap) {
        return y * window.strideHeight() - padTop + tap / window.kernelWidth() * window.dilationHeight();
    }

    private int column(int x, int tap) {
        return x * window.strideWidth() - padLeft + tap % window.kernelWidth() * window.dilationWidth();
    }
}
