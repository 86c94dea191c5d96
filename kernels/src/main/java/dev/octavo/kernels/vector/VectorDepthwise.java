package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Convolution} of each channel by itself, vectors along channels, summed exactly in float lanes; a unit is one row of
 * one image.
 */
final class VectorDepthwise implements Kernel {
    /** Neighbouring pixels that share each load of weights. */
    private static final int PIXELS = 4;

    private static final long BYTES = FLOATS.vectorByteSize();

    private final PixelGrid windows;
    private final PixelGrid output;
    private final PixelGrid residual;
    private final QuantizedOutput finish;
    private final int channels;
    private final int rows;
    private final int vectors;
    private final long[] taps;
    private final int mask;
    private final MemorySegment weights;

    VectorDepthwise(Convolution spec, PackingCache packed, Arena arena) {
        TensorView view = spec.output();
        this.windows = PixelGrid.windows(spec.input(), view, spec.shape());
        this.output = PixelGrid.of(view);
        this.residual =
                spec.residual() == null ? output : PixelGrid.of(spec.residual().view());
        this.finish = new QuantizedOutput(spec, arena);
        this.channels = view.channels();
        this.rows = view.batch() * view.height();
        this.vectors = (channels + LANES - 1) / LANES;
        this.taps = Runs.taps(spec.input(), spec.shape());
        this.mask = Bytes.mask(spec.input().type());
        this.weights = packed.get(
                new TapVectors(spec.weights(), ElementType.INT8, FloatBuffer.allocate(0), channels, taps.length));
    }

    @Override
    public String name() {
        return "q8-depthwise-" + PIXELS + "x" + LANES + "-vector" + Species.bits();
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
            long packed = offset * taps.length;
            tile(memory, window + (long) v * LANES, count, packed, scratch + offset, pixelBytes);
        }
        long target = output.offset(pixel);
        long added = residual.offset(pixel);
        for (int p = 0; p < count; p++) {
            finish.store(
                    memory,
                    scratch + p * pixelBytes,
                    0,
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
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        IntVector bits = IntVector.broadcast(INTS, mask);
        long weight = packed;
        long end = weight + taps.length * BYTES;
        int t = 0;
        // Not a counted loop: C2 would split these few steps into a loop before, a main loop and a loop after.
        while (weight != end) {
            long tap = taps[t++];
            FloatVector w = FloatVector.fromMemorySegment(FLOATS, weights, weight, ORDER);
            ByteVector b0 = ByteVector.fromMemorySegment(NARROW_BYTES, memory, row0 + tap, ORDER);
            IntVector i0 = ((IntVector) b0.convertShape(VectorOperators.B2I, INTS, 0)).and(bits);
            s0 = ((FloatVector) i0.convertShape(VectorOperators.I2F, FLOATS, 0)).fma(w, s0);
            ByteVector b1 = ByteVector.fromMemorySegment(NARROW_BYTES, memory, row1 + tap, ORDER);
            IntVector i1 = ((IntVector) b1.convertShape(VectorOperators.B2I, INTS, 0)).and(bits);
            s1 = ((FloatVector) i1.convertShape(VectorOperators.I2F, FLOATS, 0)).fma(w, s1);
            ByteVector b2 = ByteVector.fromMemorySegment(NARROW_BYTES, memory, row2 + tap, ORDER);
            IntVector i2 = ((IntVector) b2.convertShape(VectorOperators.B2I, INTS, 0)).and(bits);
            s2 = ((FloatVector) i2.convertShape(VectorOperators.I2F, FLOATS, 0)).fma(w, s2);
            ByteVector b3 = ByteVector.fromMemorySegment(NARROW_BYTES, memory, row3 + tap, ORDER);
            IntVector i3 = ((IntVector) b3.convertShape(VectorOperators.B2I, INTS, 0)).and(bits);
            s3 = ((FloatVector) i3.convertShape(VectorOperators.I2F, FLOATS, 0)).fma(w, s3);
            weight += BYTES;
        }
        s0.convertShape(VectorOperators.F2I, INTS, 0).intoMemorySegment(memory, sums, ORDER);
        s1.convertShape(VectorOperators.F2I, INTS, 0).intoMemorySegment(memory, sums + pixelBytes, ORDER);
        s2.convertShape(VectorOperators.F2I, INTS, 0).intoMemorySegment(memory, sums + 2 * pixelBytes, ORDER);
        s3.convertShape(VectorOperators.F2I, INTS, 0).intoMemorySegment(memory, sums + 3 * pixelBytes, ORDER);
    }
}
