package dev.octavo.kernels;

/**
 * A positive real number {@code multiplier · 2^−shift} with a 24-bit multiplier: the only rescaling an integer model needs.
 *
 * <p>The value is exactly a {@code float}, so that {@link #apply} can also be computed as
 * {@code fma((float) x, value, 1.5·2^23)}: one rounding, to nearest, ties to even, in both forms.
 *
 * @param multiplier in [2^23, 2^24)
 * @param shift in [6, 62]
 */
public record FixedPointMultiplier(int multiplier, int shift) {
    /** The residual of a fused addition is summed with this many fractional bits. */
    public static final int GUARD_BITS = 6;

    private static final int MIN_MULTIPLIER = 1 << 23;
    private static final int MAX_SHIFT = 62;

    /** Checks the ranges. */
    public FixedPointMultiplier {
        if (multiplier < MIN_MULTIPLIER || multiplier >= 2 * MIN_MULTIPLIER) {
            throw new IllegalArgumentException("multiplier " + multiplier + " is outside [2^23, 2^24)");
        }
        if (shift < GUARD_BITS || shift > MAX_SHIFT) {
            throw new IllegalArgumentException(
                    "shift " + shift + " is outside [" + GUARD_BITS + ", " + MAX_SHIFT + "]");
        }
    }

    /**
     * Returns the nearest representable multiplier.
     *
     * @param real a finite value in [2^−39, 2^17]
     */
    public static FixedPointMultiplier of(double real) {
        if (!(real >= 0x1p-39 && real <= 0x1p17)) {
            throw new IllegalArgumentException("a multiplier must lie in [2^-39, 2^17] and not be " + real);
        }
        int exponent = Math.getExponent(real);
        long multiplier = (long) Math.rint(Math.scalb(real, 23 - exponent));
        if (multiplier == 2L * MIN_MULTIPLIER) {
            multiplier = MIN_MULTIPLIER;
            exponent++;
        }
        return new FixedPointMultiplier((int) multiplier, 23 - exponent);
    }

    /** Returns the exact value. */
    public float value() {
        return Math.scalb((float) multiplier, -shift);
    }

    /** Returns {@code x · value}, rounded to nearest, ties to even. */
    public long apply(int x) {
        return shiftRight((long) x * multiplier, shift);
    }

    /** Returns {@code x · value · 2^6}, rounded to nearest, ties to even: a term of an addition that is rounded once more. */
    public long applyGuarded(int x) {
        return shiftRight((long) x * multiplier, shift - GUARD_BITS);
    }

    /** Returns the integer of a sum of guarded terms: {@code (sum + 32) >> 6}, ties towards +∞. */
    public static long withoutGuard(long sum) {
        return (sum + (1L << (GUARD_BITS - 1))) >> GUARD_BITS;
    }

    private static long shiftRight(long product, int shift) {
        if (shift == 0) {
            return product;
        }
        long floor = product >> shift;
        long remainder = product - (floor << shift);
        long half = 1L << (shift - 1);
        boolean up = remainder > half || (remainder == half && (floor & 1) != 0);
        return up ? floor + 1 : floor;
    }
}
