package dev.octavo.tools.tasks;

import java.util.Objects;

/** The class of every pixel of a picture, row by row. */
public final class Mask {
    private final int width;
    private final int height;
    private final byte[] labels;

    private Mask(int width, int height, byte[] labels) {
        this.width = width;
        this.height = height;
        this.labels = labels;
    }

    /**
     * Creates a mask.
     *
     * @param labels {@code height × width} classes in 0..255, not copied
     * @throws IllegalArgumentException if there are not as many
     */
    public static Mask of(int width, int height, byte[] labels) {
        if (labels.length != (long) width * height) {
            throw new IllegalArgumentException(labels.length + " labels do not make a mask of " + width + "×" + height);
        }
        return new Mask(width, height, labels);
    }

    /** Returns the pixels in a row. */
    public int width() {
        return width;
    }

    /** Returns the number of rows. */
    public int height() {
        return height;
    }

    /** Returns the class of a pixel, 0..255. */
    public int label(int x, int y) {
        Objects.checkIndex(x, width);
        return labels[Objects.checkIndex(y, height) * width + x] & 0xff;
    }

    /** Returns how many pixels have each class. */
    public long[] counts() {
        long[] counts = new long[256];
        for (byte label : labels) {
            counts[label & 0xff]++;
        }
        return counts;
    }
}
