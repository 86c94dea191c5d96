package dev.octavo.tools.demo.training;

import org.jspecify.annotations.Nullable;

/** Float tensors of shape NHWC, or N × 1 × 1 × C after pooling, dense in {@link #values}. */
final class Batch {
    final int count;
    final int height;
    final int width;
    final int channels;
    final float[] values;

    private Batch(int count, int height, int width, int channels) {
        this.count = count;
        this.height = height;
        this.width = width;
        this.channels = channels;
        values = new float[count * height * width * channels];
    }

    static Batch of(int count, int height, int width, int channels) {
        return new Batch(count, height, width, channels);
    }

    /** {@code old} if it has this shape, contents included, and a new batch otherwise: layers keep their buffers. */
    static Batch reuse(@Nullable Batch old, int count, int height, int width, int channels) {
        if (old != null
                && old.count == count
                && old.height == height
                && old.width == width
                && old.channels == channels) {
            return old;
        }
        return new Batch(count, height, width, channels);
    }

    /** {@code old} if it has the shape of {@code model}, contents included, and a new batch otherwise. */
    static Batch like(Batch model, @Nullable Batch old) {
        return reuse(old, model.count, model.height, model.width, model.channels);
    }

    /** Floats of one image. */
    int imageSize() {
        return height * width * channels;
    }

    /** Places of all images. */
    int pixels() {
        return count * height * width;
    }
}
