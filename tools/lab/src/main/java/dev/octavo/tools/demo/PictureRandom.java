package dev.octavo.tools.demo;

import java.util.SplittableRandom;

/**
 * The random choices of one picture. Only {@link SplittableRandom#nextLong} is taken from the JDK: how that class derives
 * bounded and floating-point values from it is left to the release.
 */
final class PictureRandom {
    private static final double UNIT = 0x1p-53;
    /** The standard deviation of the sum of four independent values that are uniform on [0, 2^16). */
    private static final double FOUR_FIELDS_DEVIATION = 65536 / Math.sqrt(3);

    private static final double FOUR_FIELDS_MEAN = 2 * 65535.0;

    private final SplittableRandom source;

    private PictureRandom(SplittableRandom source) {
        this.source = source;
    }

    /** A stream for picture {@code index}: streams of neighbouring seeds and indices have nothing in common. */
    static PictureRandom of(long seed, long stream, long index) {
        long mixed = new SplittableRandom(seed).nextLong() ^ stream;
        mixed = new SplittableRandom(mixed).nextLong() + index;
        return new PictureRandom(new SplittableRandom(new SplittableRandom(mixed).nextLong()));
    }

    /** Uniform on [low, high). */
    double uniform(double low, double high) {
        return low + (high - low) * ((source.nextLong() >>> 11) * UNIT);
    }

    /** Uniform on [−limit, limit). */
    double symmetric(double limit) {
        return uniform(-limit, limit);
    }

    /** Uniform on 0 … bound − 1. */
    int below(int bound) {
        return (int) uniform(0, bound);
    }

    /** True with the given probability. */
    boolean chance(double probability) {
        return uniform(0, 1) < probability;
    }

    /** Mean 0, variance 1, nearly normal: the sum of four uniform values, never beyond ±3.5. */
    double bell() {
        long bits = source.nextLong();
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
        return (sum - FOUR_FIELDS_MEAN) / FOUR_FIELDS_DEVIATION;
    }
}
