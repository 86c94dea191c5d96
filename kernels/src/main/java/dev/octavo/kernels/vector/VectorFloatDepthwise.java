package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import jdk.incubator.vector.FloatVector;

/** {@link FloatConvolution} of each channel by itself, vectors along channels; a unit is one row of one image. */
final class VectorFloatDepthwise implements Kernel {
    /** Neighbouring pixels that share each load of weights. */
    private static final int PIXELS = 4;

    private static final long BYTES = FLOATS.vectorByteSize();

    private final PixelGrid windows;
    private final PixelGrid output;
    private final PixelGrid residual;
    private final FloatOutput finish;
    private final int channels;
    private final int rows;
    private final int vectors;
    private final long[] taps;
    private final MemorySegment weights;

    VectorFloatDepthwise(FloatConvolution spec, PackingCache packed) {
        TensorView view = spec.output();
        this.windows = PixelGrid.windows(spec.input(), view, spec.shape());
        this.output = PixelGrid.of(view);
        this.residual = spec.residual() == null ? output : PixelGrid.of(spec.residual());
        this.finish = new FloatOutput(spec);
        this.channels = view.channels();
        this.rows = view.batch() * view.height();
        this.vectors = (channels + LANES - 1) / LANES;
        this.taps = Runs.taps(spec.input(), spec.shape());
        this.weights = packed.get(new TapVectors(
                spec.weights(), ElementType.FLOAT32, FloatBuffer.wrap(spec.bias()), channels, taps.length));
    }

    @Override
    public String name() {
        return "f32-depthwise-" + PIXELS + "x" + LANES + "-vector" + Species.bits();
    }

    @Override
    public int units() {
        return rows;
    }

    @Override
    public long scratchBytes() {
        return vectors * BYTES * PIXELS;
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = from; row < to; row++) {
            int first = row * output.width();
            for (int x = 0; x < output.width(); x += PIXELS) {
                compute(memory, scratch, first + x, Math.min(PIXELS, output.width() - x));
            }
        }
    }

    private void compute(MemorySegment memory, long scratch, int pixel, int count) {
        long window = windows.offset(pixel);
        long pixelBytes = vectors * BYTES;
        for (int v = 0; v < vectors; v++) {
            long offset = v * BYTES;
            long packed = offset * (1 + taps.length);
            tile(memory, window + offset, count, packed, scratch + offset, pixelBytes);
        }
        long target = output.offset(pixel);
        long added = residual.offset(pixel);
        for (int p = 0; p < count; p++) {
            finish.store(
                    memory,
                    scratch + p * pixelBytes,
                    channels,
                    target + p * output.pixelStride(),
                    added + p * residual.pixelStride());
        }
    }

    /** The sums of one vector of channels of neighbouring pixels; pixels beyond {@code count} repeat the last one. */
    private void tile(MemorySegment memory, long window, int count, long packed, long sums, long pixelBytes) {
        long step = windows.pixelStride();
        long row0 = window;
        long row1 = window + Math.min(1, count - 1) * step;
        long row2 = window + Math.min(2, count - 1) * step;
        long row3 = window + Math.min(3, count - 1) * step;
        FloatVector s0 = FloatVector.fromMemorySegment(FLOATS, weights, packed, ORDER);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        long weight = packed + BYTES;
        long end = weight + taps.length * BYTES;
        int t = 0;
        // Not a counted loop: C2 would split these few steps into a loop before, a main loop and a loop after.
        while (weight != end) {
            long tap = taps[t++];
            FloatVector w = FloatVector.fromMemorySegment(FLOATS, weights, weight, ORDER);
            s0 = FloatVector.fromMemorySegment(FLOATS, memory, row0 + tap, ORDER)
                    .fma(w, s0);
            s1 = FloatVector.fromMemorySegment(FLOATS, memory, row1 + tap, ORDER)
                    .fma(w, s1);
            s2 = FloatVector.fromMemorySegment(FLOATS, memory, row2 + tap, ORDER)
                    .fma(w, s2);
            s3 = FloatVector.fromMemorySegment(FLOATS, memory, row3 + tap, ORDER)
                    .fma(w, s3);
            weight += BYTES;
        }
        s0.intoMemorySegment(memory, sums, ORDER);
        s1.intoMemorySegment(memory, sums + pixelBytes, ORDER);
        s2.intoMemorySegment(memory, sums + 2 * pixelBytes, ORDER);
        s3.intoMemorySegment(memory, sums + 3 * pixelBytes, ORDER);
    }
}
