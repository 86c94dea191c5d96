package dev.octavo.tools.data;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Pictures for tests. */
final class Pictures {
    private Pictures() {}

    /** Every sample is (37x + 91y + 53c + 11xy) mod 256. */
    static Picture pattern(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        int next = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    samples[next++] = (byte) (37 * x + 91 * y + 53 * c + 11 * x * y);
                }
            }
        }
        return Picture.owning(width, height, channels, samples);
    }

    /** Smooth enough for JPEG: every channel is a ramp. */
    static Picture ramp(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        int next = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    int place = c == 0 ? 255 * x / width : c == 1 ? 255 * y / height : 255 * (x + y) / (width + height);
                    samples[next++] = (byte) place;
                }
            }
        }
        return Picture.owning(width, height, channels, samples);
    }

    static Picture constant(int width, int height, int channels, int value) {
        byte[] samples = new byte[width * height * channels];
        java.util.Arrays.fill(samples, (byte) value);
        return Picture.owning(width, height, channels, samples);
    }

    static Picture noise(int width, int height, int channels, long seed) {
        byte[] samples = new byte[width * height * channels];
        random(seed).nextBytes(samples);
        return Picture.owning(width, height, channels, samples);
    }

    static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    static int[] plane(Picture picture, int channel) {
        int[] plane = new int[picture.width() * picture.height()];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = picture.sample(i % picture.width(), i / picture.width(), channel);
        }
        return plane;
    }

    /** Mean absolute difference of the samples of two pictures of one size. */
    static double distance(Picture a, Picture b) {
        long sum = 0;
        for (int i = 0; i < a.array().length; i++) {
            sum += Math.abs((a.array()[i] & 0xff) - (b.array()[i] & 0xff));
        }
        return (double) sum / a.array().length;
    }
}
