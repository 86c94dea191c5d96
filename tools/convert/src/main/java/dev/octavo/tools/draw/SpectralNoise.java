package dev.octavo.tools.draw;

import java.util.Random;

/**
 * Noise whose amplitude falls with frequency as that of natural pictures does (Field, "Relations between the statistics of
 * natural images and the response properties of cortical cells", 1987): octaves of smooth noise with equal variance.
 */
final class SpectralNoise {
    private SpectralNoise() {}

    /** A plane [height][width] of mean 0 and variance 1. */
    static float[] of(Random random, int height, int width) {
        float[] sum = new float[Math.multiplyExact(height, width)];
        for (int cell = Math.max(height, width); cell >= 1; cell /= 2) {
            addOctave(random, sum, height, width, cell);
        }
        double mean = 0;
        double squares = 0;
        for (float value : sum) {
            mean += value;
            squares += (double) value * value;
        }
        mean /= sum.length;
        double deviation = Math.sqrt(Math.max(1e-12, squares / sum.length - mean * mean));
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) ((sum[i] - mean) / deviation);
        }
        return sum;
    }

    private static void addOctave(Random random, float[] sum, int height, int width, int cell) {
        int columns = width / cell + 3;
        float[] lattice = new float[columns * (height / cell + 3)];
        for (int i = 0; i < lattice.length; i++) {
            lattice[i] = (float) random.nextGaussian();
        }
        double shiftX = cell * random.nextDouble();
        double shiftY = cell * random.nextDouble();
        int[] lefts = new int[width];
        float[] weights = new float[width];
        for (int x = 0; x < width; x++) {
            double column = (x + shiftX) / cell;
            lefts[x] = (int) column;
            weights[x] = smooth(column - lefts[x]);
        }
        for (int y = 0; y < height; y++) {
            double row = (y + shiftY) / cell;
            int top = (int) row;
            float v = smooth(row - top);
            for (int x = 0; x < width; x++) {
                float u = weights[x];
                int at = top * columns + lefts[x];
                float upper = lattice[at] + u * (lattice[at + 1] - lattice[at]);
                float lower = lattice[at + columns] + u * (lattice[at + columns + 1] - lattice[at + columns]);
                sum[y * width + x] += upper + v * (lower - upper);
            }
        }
    }

    private static float smooth(double t) {
        return (float) (t * t * (3 - 2 * t));
    }
}
