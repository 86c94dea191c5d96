package dev.octavo.kernels.vector;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where the pixels of an output, or what belongs to them elsewhere, lie in memory. Pixels are numbered through all rows of
 * all images: they are the rows of a matrix product.
 *
 * @param origin of the first pixel, in bytes
 * @param imageStride bytes from one image to the next
 * @param rowStride bytes from one row to the next
 * @param pixelStride bytes from one pixel to the next
 */
record PixelGrid(long origin, int height, int width, long imageStride, long rowStride, long pixelStride) {
    /** The pixels of a feature map. */
    static PixelGrid of(TensorView view) {
        return new PixelGrid(
                view.offset(), view.height(), view.width(), view.imageStride(), view.rowStride(), view.pixelStride());
    }

    /** The first tap of the window of each output pixel. */
    static PixelGrid windows(TensorView input, TensorView output, ConvolutionShape shape) {
        return new PixelGrid(
                input.offset(),
                output.height(),
                output.width(),
                input.imageStride(),
                input.rowStride() * shape.strideHeight(),
                input.pixelStride() * shape.strideWidth());
    }

    /** Where a pixel begins. */
    long offset(int pixel) {
        int row = pixel / width;
        int image = row / height;
        return origin + image * imageStride + (row - image * height) * rowStride + (pixel - row * width) * pixelStride;
    }

    /**
     * Writes the offsets of {@code count} pixels as a table of longs, and that of the last one again up to {@code padded}
     * entries.
     *
     * @param within bytes from the beginning of a pixel to what is wanted of it
     */
    void offsets(int first, int count, int padded, long within, MemorySegment memory, long table) {
        long offset = offset(first) + within;
        int left = width - first % width;
        for (int i = 0; i < padded; i++) {
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, table + (long) i * Long.BYTES, offset);
            if (i + 1 < count) {
                left--;
                if (left == 0) {
                    left = width;
                    offset = offset(first + i + 1) + within;
                } else {
                    offset += pixelStride;
                }
            }
        }
    }

    /** Reads an entry of such a table. */
    static long offset(MemorySegment memory, long table, int i) {
        return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, table + (long) i * Long.BYTES);
    }
}
