package dev.octavo.kernels.scalar;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link Pooling} of floats; a unit is one row of one image of the output. */
final class ScalarFloatPooling implements Kernel {
    private final Pooling spec;
    private final TensorView input;
    private final TensorView output;
    private final ConvolutionShape window;

    ScalarFloatPooling(Pooling spec) {
        this.spec = spec;
        this.input = spec.input();
        this.output = spec.output();
        this.window = spec.window();
    }

    @Override
    public String name() {
        return "f32-pool-scalar";
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
                    long offset = output.offset()
                            + n * output.imageStride()
                            + y * output.rowStride()
                            + x * output.pixelStride()
                            + (long) c * Float.BYTES;
                    Elements.putReal(memory, offset, pool(memory, n, y, x, c));
                }
            }
        }
    }

    private float pool(MemorySegment memory, int n, int y, int x, int c) {
        float maximum = Float.NEGATIVE_INFINITY;
        float sum = 0;
        int count = 0;
        for (int r = 0; r < window.kernelHeight(); r++) {
            int row = y * window.strideHeight() - spec.padTop() + r * window.dilationHeight();
            for (int s = 0; s < window.kernelWidth(); s++) {
                int column = x * window.strideWidth() - spec.padLeft() + s * window.dilationWidth();
                if (row >= 0 && row < input.height() && column >= 0 && column < input.width()) {
                    float value = tap(memory, n, row, column, c);
                    maximum = Math.max(maximum, value);
                    sum += value;
                    count++;
                }
            }
        }
        if (spec.kind() == Pooling.Kind.MAX) {
            return maximum;
        }
        if (spec.countPadding()) {
            count = window.taps();
        }
        return count == 0 ? 0 : sum / count;
    }

    private float tap(MemorySegment memory, int n, int row, int column, int c) {
        long offset = input.offset()
                + n * input.imageStride()
                + row * input.rowStride()
                + column * input.pixelStride()
                + (long) c * Float.BYTES;
        return Elements.real(memory, offset);
    }
}
