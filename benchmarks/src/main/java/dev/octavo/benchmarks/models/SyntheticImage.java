package dev.octavo.benchmarks.models;

import java.util.random.RandomGenerator;

/** Noise with the spectrum of a photograph: equal power in every octave, mean 0 and variance 1 as after normalisation. */
public final class SyntheticImage {
    private SyntheticImage() {}

    /** An RGB image of 224×224 as float [channel][row][column]: the input of a published network. */
    public static float[] planar(RandomGenerator random) {
        return planar(random, 224);
    }

    /** Draws a square picture of {@code size} pixels as planes [3, size, size]. */
    public static float[] planar(RandomGenerator random, int size) {
        Shape shape = new Shape(3, size, size);
        float[] interleaved = draw(shape, random);
        float[] planar = new float[interleaved.length];
        for (int i = 0; i < interleaved.length; i++) {
            planar[i % 3 * shape.pixels() + i / 3] = interleaved[i];
        }
        return planar;
    }

    /** An image as float [row][column][channel]. */
    static float[] draw(Shape shape, RandomGenerator random) {
        float[] image = new float[shape.elements()];
        for (int cell = 1; cell <= 64; cell *= 2) {
            octave(image, shape, cell, random);
        }
        double sum = 0;
        double squares = 0;
        for (float x : image) {
            sum += x;
            squares += (double) x * x;
        }
        double mean = sum / image.length;
        double deviation = Math.sqrt(squares / image.length - mean * mean);
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) ((image[i] - mean) / deviation);
        }
        return image;
    }

    /** Adds values drawn at every {@code cell}-th pixel and interpolated between; half of each is common to all channels. */
    private static void octave(float[] image, Shape shape, int cell, RandomGenerator random) {
        int columns = shape.width() / cell + 2;
        int rows = shape.height() / cell + 2;
        float[] grid = new float[rows * columns * shape.channels()];
        for (int point = 0; point < rows * columns; point++) {
            float common = (float) random.nextGaussian();
            for (int c = 0; c < shape.channels(); c++) {
                grid[point * shape.channels() + c] = common + (float) random.nextGaussian();
            }
        }
        for (int i = 0; i < image.length; i++) {
            int c = i % shape.channels();
            int pixel = i / shape.channels();
            float y = (float) Math.floorDiv(pixel, shape.width()) / cell;
            float x = (float) Math.floorMod(pixel, shape.width()) / cell;
            int row = (int) y;
            int column = (int) x;
            int corner = (row * columns + column) * shape.channels() + c;
            int below = corner + columns * shape.channels();
            float fx = x - column;
            float fy = y - row;
            float above = grid[corner] * (1 - fx) + grid[corner + shape.channels()] * fx;
            float under = grid[below] * (1 - fx) + grid[below + shape.channels()] * fx;
            image[i] += above * (1 - fy) + under * fy;
        }
    }
}
