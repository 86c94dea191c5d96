package dev.octavo.tools.simulate;

import java.util.Arrays;

/**
 * One value of a graph for some images, channels last: the element of image n, position p and channel c is at
 * {@code (n · positions + p) · channels + c}, where positions are in the order of the dimensions that follow the channels.
 */
public final class FloatBatch {
    private final int images;
    private final int[] shape;
    private final float[] values;

    private FloatBatch(int images, int[] shape, float[] values) {
        this.images = images;
        this.shape = shape;
        this.values = values;
    }

    /**
     * Wraps values, which are not copied.
     *
     * @param shape for one image, as {@link dev.octavo.tools.graph.Graph#shape} has it; dimension 1 are the channels
     * @param values channels last
     */
    public static FloatBatch of(int images, int[] shape, float[] values) {
        long elements = images;
        for (int size : shape) {
            elements *= size;
        }
        if (images < 1 || elements != values.length) {
            throw new IllegalArgumentException(
                    values.length + " values do not fill " + images + " times " + Arrays.toString(shape));
        }
        return new FloatBatch(images, shape.clone(), values);
    }

    /** Copies values that have their dimensions in order: images, then channels, then positions. */
    public static FloatBatch ofOrdered(int images, int[] shape, float[] ordered) {
        FloatBatch batch = of(images, shape, new float[ordered.length]);
        batch.exchange(ordered, false);
        return batch;
    }

    /** A copy of the first so many images. */
    FloatBatch first(int count) {
        return of(count, shape, Arrays.copyOf(values, values.length / images * count));
    }

    /** Number of images. */
    public int images() {
        return images;
    }

    /** Shape for one image. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of channels; 1 for a vector or a scalar. */
    public int channels() {
        return shape.length > 1 ? shape[1] : 1;
    }

    /** All positions of all images. */
    public int positions() {
        return values.length / channels();
    }

    /** The values themselves, not a copy: writing them changes what the value's readers see. */
    public float[] values() {
        return values;
    }

    /** A copy of the values with their dimensions in order: images, then channels, then positions. */
    public float[] ordered() {
        float[] ordered = new float[values.length];
        exchange(ordered, true);
        return ordered;
    }

    private void exchange(float[] ordered, boolean out) {
        int channels = channels();
        int leading = images * (shape.length > 0 ? shape[0] : 1);
        int positions = values.length / channels / leading;
        for (int n = 0; n < leading; n++) {
            int image = n * positions * channels;
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < positions; p++) {
                    int last = image + p * channels + c;
                    int inOrder = image + c * positions + p;
                    if (out) {
                        ordered[inOrder] = values[last];
                    } else {
                        values[last] = ordered[inOrder];
                    }
                }
            }
        }
    }

    @Override
    public String toString() {
        return images + " × float" + Arrays.toString(shape);
    }
}
