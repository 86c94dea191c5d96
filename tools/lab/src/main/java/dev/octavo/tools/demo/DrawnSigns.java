package dev.octavo.tools.demo;

import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.vision.Picture;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An endless set of labelled pictures of digits and road signs, drawn on demand. Picture {@code i} depends on the split,
 * the seed and {@code i} alone, and is the same, byte for byte, on every JVM.
 *
 * @param split the two splits share no picture, whatever their seeds
 * @param seed another seed is another set
 */
public record DrawnSigns(Split split, long seed) {
    /** Width and height of a picture, in pixels. */
    public static final int SIZE = 32;
    /** Red, green, blue. */
    public static final int CHANNELS = 3;
    /** Bytes of a picture. */
    public static final int PICTURE_BYTES = SIZE * SIZE * CHANNELS;

    /** What a set is for. */
    public enum Split {
        /** To fit a model. */
        TRAIN(0),
        /** To judge it. */
        TEST(1);

        private final long stream;

        Split(long stream) {
            this.stream = stream;
        }
    }

    /** The test set on which the demonstration reports. */
    public static DrawnSigns testSet() {
        return new DrawnSigns(Split.TEST, 1);
    }

    /** The names of the classes, in the order of their labels. */
    public static List<String> classes() {
        return Figure.CLASSES;
    }

    /** The class of picture {@code index}: classes take turns, so that any run of pictures is balanced. */
    public int label(long index) {
        return (int) Math.floorMod(index, (long) Figure.CLASSES.size());
    }

    /** Picture {@code index}: uint8, {@link #SIZE} rows of {@link #SIZE} pixels of {@link #CHANNELS} bytes (HWC). */
    public byte[] picture(long index) {
        return Scene.draw(label(index), SIZE, PictureRandom.of(seed, split.stream, index));
    }

    /** The first {@code count} pictures, drawn now. */
    public LabelledData first(int count) {
        List<Picture> pictures = IntStream.range(0, count)
                .mapToObj(i -> Picture.of(SIZE, SIZE, CHANNELS, picture(i)))
                .toList();
        List<Integer> labels = IntStream.range(0, count).mapToObj(this::label).toList();
        return LabelledData.of(pictures, labels);
    }
}
