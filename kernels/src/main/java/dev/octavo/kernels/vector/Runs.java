package dev.octavo.kernels.vector;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.TensorView;

/**
 * The elements of a window in the order of the weights, as pieces of equal length that are contiguous in memory: the rows
 * of the window if its pixels touch, or else its pixels.
 *
 * @param offsets of the pieces from the first tap, in bytes
 * @param length elements in a piece
 */
record Runs(long[] offsets, int length) {
    static Runs of(TensorView input, ConvolutionShape shape) {
        int inputs = input.channels() / shape.groups();
        int elementBytes = input.type().bytes();
        long columnStep = input.pixelStride() * shape.dilationWidth();
        long rowStep = input.rowStride() * shape.dilationHeight();
        int columns = shape.kernelWidth();
        int rows = shape.kernelHeight();
        int length = inputs;
        if (columns == 1 || columnStep == (long) length * elementBytes) {
            length *= columns;
            columns = 1;
            if (rows == 1 || rowStep == (long) length * elementBytes) {
                length *= rows;
                rows = 1;
            }
        }
        return new Runs(offsets(rows, rowStep, columns, columnStep), length);
    }

    /** Where each tap lies from the first one, in bytes. */
    static long[] taps(TensorView input, ConvolutionShape shape) {
        return offsets(
                shape.kernelHeight(),
                input.rowStride() * shape.dilationHeight(),
                shape.kernelWidth(),
                input.pixelStride() * shape.dilationWidth());
    }

    private static long[] offsets(int rows, long rowStep, int columns, long columnStep) {
        long[] offsets = new long[rows * columns];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = i / columns * rowStep + i % columns * columnStep;
        }
        return offsets;
    }

    /** Divides the elements into pieces of at most {@code most}, as far as pieces can be halved. */
    Runs halvedTo(int most, int elementBytes) {
        if (length <= most || length % 2 != 0) {
            return this;
        }
        int half = length / 2;
        long[] halves = new long[offsets.length * 2];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = offsets[i / 2] + (i % 2 == 0 ? 0 : (long) half * elementBytes);
        }
        return new Runs(halves, half).halvedTo(most, elementBytes);
    }

    /** Elements in all pieces. */
    int depth() {
        return offsets.length * length;
    }
}
