package dev.octavo.tools.draw;

import java.util.List;
import java.util.Random;

/**
 * Pictures that no camera took, for running networks that were trained on photographs. The same seed and size always give the
 * same pictures.
 */
public final class DrawnPictures {
    private static final int GREY = 4;

    private final List<PictureFamily> families;
    private final long seed;
    private final int height;
    private final int width;
    private final int channels;

    private DrawnPictures(List<PictureFamily> families, long seed, int height, int width, int channels) {
        this.families = families;
        this.seed = seed;
        this.height = height;
        this.width = width;
        this.channels = channels;
    }

    /**
     * Pictures of one size, in turn of every family.
     *
     * @param channels at least 1
     */
    public static DrawnPictures of(long seed, int height, int width, int channels) {
        return of(List.of(PictureFamily.values()), seed, height, width, channels);
    }

    /**
     * Pictures in turn of some families.
     *
     * @param families in their order, at least one
     * @param channels at least 1
     */
    public static DrawnPictures of(List<PictureFamily> families, long seed, int height, int width, int channels) {
        if (families.isEmpty() || height < 1 || width < 1 || channels < 1) {
            throw new IllegalArgumentException(
                    families + ": no picture of " + height + "×" + width + "×" + channels + " can be drawn");
        }
        return new DrawnPictures(List.copyOf(families), seed, height, width, channels);
    }

    /** Returns the family of a picture. */
    public PictureFamily family(int index) {
        return families.get(index % families.size());
    }

    /**
     * Draws a picture. Some have no colours.
     *
     * @param index at least 0; pictures may be drawn in any order
     * @return [height][width][channels], whole numbers in 0..255
     */
    public float[] picture(int index) {
        // Seeds that differ in few bits give similar first numbers: the product spreads them.
        Canvas canvas = new Canvas(
                new Random(seed * 0x9E3779B97F4A7C15L + index * 0xD1342543DE82EF95L), height, width, channels);
        family(index).draw(canvas);
        if (index % GREY == GREY - 1) {
            canvas.toGrey();
        }
        return canvas.finished();
    }
}
