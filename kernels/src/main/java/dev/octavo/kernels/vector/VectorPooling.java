package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.BYTES;
import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.Pooling;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Pooling}, vectors along channels; a unit is one row of one image of the output. */
final class VectorPooling implements Kernel {
    private static final float MAGIC = 0x1.8p23f;
    private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

    private enum Form {
        BYTE_MAX,
        BYTE_AVERAGE,
        FLOAT_MAX,
        FLOAT_AVERAGE
    }

    private final Pooling spec;
    private final Form form;
    private final PixelGrid input;
    private final PixelGrid output;
    private final int channels;
    private final int rows;
    private final boolean unsigned;
    private final int low;
    private final int high;

    VectorPooling(Pooling spec) {
        boolean max = spec.kind() == Pooling.Kind.MAX;
        this.spec = spec;
        this.form = spec.input().type().quantized()
                ? (max ? Form.BYTE_MAX : Form.BYTE_AVERAGE)
                : (max ? Form.FLOAT_MAX : Form.FLOAT_AVERAGE);
        this.input = PixelGrid.of(spec.input());
        this.output = PixelGrid.of(spec.output());
        this.channels = spec.output().channels();
        this.rows = spec.output().batch() * spec.output().height();
        this.unsigned = spec.input().type() == ElementType.UINT8;
        this.low = MAGIC_BITS + (spec.output().type() == ElementType.UINT8 ? 0 : -128);
        this.high = MAGIC_BITS + (spec.output().type() == ElementType.UINT8 ? 255 : 127);
    }

    @Override
    public String name() {
        return (spec.input().type().quantized() ? "q8" : "f32") + "-pool-" + LANES + "-vector" + Species.bits();
    }

    @Override
    public int units() {
        return rows;
    }

    @Override
    public long scratchBytes() {
        return Species.bits() / Byte.SIZE;
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = from; row < to; row++) {
            int top = row % output.height() * spec.window().strideHeight() - spec.padTop();
            long image = input.origin() + row / output.height() * input.imageStride();
            for (int x = 0; x < output.width(); x++) {
                int left = x * spec.window().strideWidth() - spec.padLeft();
                pool(memory, scratch, image, top, left, output.offset(row * output.width() + x));
            }
        }
    }

    /** The first index at which a tap at {@code start + index · step} is not negative. */
    private static int firstInside(int start, int step) {
        return start >= 0 ? 0 : (-start + step - 1) / step;
    }

    /** The index after the last one at which a tap is inside {@code size}. */
    private static int endInside(int start, int step, int taps, int size) {
        return start >= size ? 0 : Math.min(taps, (size - 1 - start) / step + 1);
    }

    private void pool(MemorySegment memory, long scratch, long image, int top, int left, long target) {
        int downStep = spec.window().dilationHeight();
        int acrossStep = spec.window().dilationWidth();
        int firstRow = firstInside(top, downStep);
        int firstColumn = firstInside(left, acrossStep);
        int down = Math.max(0, endInside(top, downStep, spec.window().kernelHeight(), input.height()) - firstRow);
        int across = Math.max(0, endInside(left, acrossStep, spec.window().kernelWidth(), input.width()) - firstColumn);
        int inside = down * across;
        int count = spec.countPadding() ? spec.window().taps() : inside;
        long corner = image
                + (top + (long) firstRow * downStep) * input.rowStride()
                + (left + (long) firstColumn * acrossStep) * input.pixelStride();
        long downBytes = downStep * input.rowStride();
        long acrossBytes = acrossStep * input.pixelStride();
        int rowsInside = inside == 0 ? 0 : down;
        switch (form) {
            case BYTE_MAX -> maximum(memory, scratch, corner, rowsInside, downBytes, across, acrossBytes, target);
            case BYTE_AVERAGE ->
                average(memory, scratch, corner, rowsInside, downBytes, across, acrossBytes, count, target);
            case FLOAT_MAX -> floatMaximum(memory, scratch, corner, rowsInside, downBytes, across, acrossBytes, target);
            case FLOAT_AVERAGE ->
                floatAverage(memory, scratch, corner, rowsInside, downBytes, across, acrossBytes, count, target);
        }
    }

    private void maximum(
            MemorySegment memory,
            long scratch,
            long corner,
            int down,
            long downBytes,
            int across,
            long acrossBytes,
            long target) {
        // Unsigned bytes are in the order of signed ones once their highest bit is flipped.
        byte flip = unsigned ? Byte.MIN_VALUE : 0;
        for (int c = 0; c < channels; c += BYTES.length()) {
            ByteVector maximum = ByteVector.broadcast(BYTES, Byte.MIN_VALUE);
            for (int r = 0; r < down; r++) {
                long tap = corner + c + r * downBytes;
                for (int s = 0; s < across; s++) {
                    ByteVector value = ByteVector.fromMemorySegment(BYTES, memory, tap, ORDER);
                    maximum = value.lanewise(VectorOperators.XOR, flip).max(maximum);
                    tap += acrossBytes;
                }
            }
            boolean whole = channels - c >= BYTES.length();
            maximum.lanewise(VectorOperators.XOR, flip).intoMemorySegment(memory, whole ? target + c : scratch, ORDER);
            if (!whole) {
                Tails.copy(memory, scratch, target + c, channels - c);
            }
        }
    }

    private void average(
            MemorySegment memory,
            long scratch,
            long corner,
            int down,
            long downBytes,
            int across,
            long acrossBytes,
            int count,
            long target) {
        FloatVector magic = FloatVector.broadcast(FLOATS, MAGIC);
        IntVector mask = IntVector.broadcast(INTS, Bytes.mask(spec.input().type()));
        FloatVector multiplier = FloatVector.broadcast(FLOATS, count == 0 ? 0 : spec.multiplier(count));
        for (int c = 0; c < channels; c += LANES) {
            IntVector sum = IntVector.broadcast(INTS, spec.offset());
            for (int r = 0; r < down; r++) {
                long tap = corner + c + r * downBytes;
                for (int s = 0; s < across; s++) {
                    ByteVector bytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, tap, ORDER);
                    IntVector value = (IntVector) bytes.convertShape(VectorOperators.B2I, INTS, 0);
                    sum = value.and(mask).add(sum);
                    tap += acrossBytes;
                }
            }
            FloatVector exact = (FloatVector) sum.convertShape(VectorOperators.I2F, FLOATS, 0);
            IntVector q =
                    exact.fma(multiplier, magic).reinterpretAsInts().max(low).min(high);
            boolean whole = Tails.wholeBytes(channels - c);
            q.convertShape(VectorOperators.I2B, NARROW_BYTES, 0)
                    .intoMemorySegment(memory, whole ? target + c : scratch, ORDER);
            if (!whole) {
                Tails.copyBytes(memory, scratch, target + c, channels - c);
            }
        }
    }

    private void floatMaximum(
            MemorySegment memory,
            long scratch,
            long corner,
            int down,
            long downBytes,
            int across,
            long acrossBytes,
            long target) {
        for (int c = 0; c < channels; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector maximum = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
            for (int r = 0; r < down; r++) {
                long tap = corner + at + r * downBytes;
                for (int s = 0; s < across; s++) {
                    maximum = FloatVector.fromMemorySegment(FLOATS, memory, tap, ORDER)
                            .max(maximum);
                    tap += acrossBytes;
                }
            }
            boolean whole = channels - c >= LANES;
            maximum.intoMemorySegment(memory, whole ? target + at : scratch, ORDER);
            if (!whole) {
                Tails.copyFloats(memory, scratch, target + at, channels - c);
            }
        }
    }

    private void floatAverage(
            MemorySegment memory,
            long scratch,
            long corner,
            int down,
            long downBytes,
            int across,
            long acrossBytes,
            int count,
            long target) {
        for (int c = 0; c < channels; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int r = 0; r < down; r++) {
                long tap = corner + at + r * downBytes;
                for (int s = 0; s < across; s++) {
                    sum = FloatVector.fromMemorySegment(FLOATS, memory, tap, ORDER)
                            .add(sum);
                    tap += acrossBytes;
                }
            }
            FloatVector mean = sum.div(Math.max(1, count));
            boolean whole = channels - c >= LANES;
            mean.intoMemorySegment(memory, whole ? target + at : scratch, ORDER);
            if (!whole) {
                Tails.copyFloats(memory, scratch, target + at, channels - c);
            }
        }
    }
}
