package dev.octavo.kernels.scalar;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link Pooling} of bytes; a unit is one row of one image of the output. */
final class ScalarPooling implements Kernel {
    private final Pooling spec;
    private final TensorView input;
    private final TensorView output;
    private final ConvolutionShape window;

    ScalarPooling(Pooling spec) {
        this.spec = spec;
        this.input = spec.input();
        this.output = spec.output();
        this.window = spec.window();
    }

    @Override
    public String name() {
        return "q8-pool-scalar";
    }

    @Override
    public int units() {
        return output.batch() * output.height();
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            int n = unit / output.height();
            int y = unit % output.height();
            for (int x = 0; x < output.width(); x++) {
                for (int c = 0; c < output.channels(); c++) {
                    int value =
                            spec.kind() == Pooling.Kind.MAX ? maximum(memory, n, y, x, c) : average(memory, n, y, x, c);
                    long offset = output.offset()
                            + n * output.imageStride()
                            + y * output.rowStride()
                            + x * output.pixelStride()
                            + c;
                    Elements.putQuantized(memory, offset, value);
                }
            }
        }
    }

    private int maximum(MemorySegment memory, int n, int y, int x, int c) {
        int maximum = input.type() == ElementType.UINT8 ? 0 : Byte.MIN_VALUE;
        for (int r = 0; r < window.kernelHeight(); r++) {
            int row = row(y, r);
            for (int s = 0; s < window.kernelWidth(); s++) {
                int column = column(x, s);
                if (inside(row, column)) {
                    maximum = Math.max(maximum, tap(memory, n, row, column, c));
                }
            }
        }
        return maximum;
    }

    private int average(MemorySegment memory, int n, int y, int x, int c) {
        int sum = 0;
        int count = 0;
        for (int r = 0; r < window.kernelHeight(); r++) {
            int row = row(y, r);
            for (int s = 0; s < window.kernelWidth(); s++) {
                int column = column(x, s);
                if (inside(row, column)) {
                    sum += tap(memory, n, row, column, c);
                    count++;
                }
            }
        }
        if (spec.countPadding()) {
            count = window.taps();
        }
        if (count == 0) {
            return 0;
        }
        long least = output.type() == ElementType.UINT8 ? 0 : -127;
        long most = output.type() == ElementType.UINT8 ? 255 : 127;
        return (int) Math.clamp(spec.averages().get(count - 1).apply(sum), least, most);
    }

    private int row(int y, int r) {
        return y * window.strideHeight() - spec.padTop() + r * window.dilationHeight();
    }

    private int column(int x, int s) {
        return x * window.strideWidth() - spec.padLeft() + s * window.dilationWidth();
    }

    private boolean inside(int row, int column) {
        return row >= 0 && row < input.height() && column >= 0 && column < input.width();
    }

    private int tap(MemorySegment memory, int n, int row, int column, int c) {
        long offset =
                input.offset() + n * input.imageStride() + row * input.rowStride() + column * input.pixelStride() + c;
        return Elements.quantized(memory, input.type(), offset);
    }
}
