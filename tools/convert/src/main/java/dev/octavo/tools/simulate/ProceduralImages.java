package dev.octavo.tools.simulate;

import java.util.Random;

/**
 * Pictures that no camera took, with the spectrum of those that one did: noise whose amplitude falls with frequency (Field,
 * "Relations between the statistics of natural images and the response properties of cortical cells", 1987). Brightness and
 * contrast vary from picture to picture.
 */
final class ProceduralImages {
    private static final double COLOUR = 0.35;

    private final Random random;
    private final int height;
    private final int width;

    ProceduralImages(long seed, int height, int width) {
        this.random = new Random(seed);
        this.height = height;
        this.width = width;
    }

    /** The next picture: pixels 0..255, whole numbers, interleaved. */
    float[] next(int channels) {
        double mean = 0.46 + 0.10 * random.nextGaussian();
        double contrast = 0.12 + 0.21 * random.nextDouble();
        float[] light = noise();
        float[] pixels = new float[height * width * channels];
        for (int c = 0; c < channels; c++) {
            float[] colour = channels == 1 ? light : noise();
            double norm = channels == 1 ? 1 : 1 / Math.sqrt(1 + COLOUR * COLOUR);
            for (int p = 0; p < light.length; p++) {
                double value = channels == 1 ? light[p] : (light[p] + COLOUR * colour[p]) * norm;
                pixels[p * channels + c] = (float) Math.rint(255 * Math.clamp(mean + contrast * value, 0.0, 1.0));
            }
        }
        return pixels;
    }

    /** Octaves of smooth noise with equal variance, which is a spectrum of amplitudes 1/f; of mean 0 and variance 1. */
    private float[] noise() {
        float[] sum = new float[height * width];
        for (int cell = Math.max(height, width); cell >= 1; cell /= 2) {
            addOctave(sum, cell);
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

    private void addOctave(float[] sum, int cell) {
        int columns = width / cell + 3;
        float[] lattice = new float[columns * (height / cell + 3)];
        for (int i = 0; i < lattice.length; i++) {
            lattice[i] = (float) random.nextGaussian();
        }
        double shiftX = cell * random.nextDouble();
        double shiftY = cell * random.nextDouble();
        for (int y = 0; y < height; y++) {
            double row = (y + shiftY) / cell;
            int top = (int) row;
            float v = smooth(row - top);
            for (int x = 0; x < width; x++) {
                double column = (x + shiftX) / cell;
                int left = (int) column;
                float u = smooth(column - left);
                int at = top * columns + left;
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
