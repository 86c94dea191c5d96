package dev.octavo.tools.quantize;

/**
 * The integers that a quantized tensor may hold. Zero always stands for the real zero. Ranges that are no byte's, such as
 * [−30, 225], are stored with an offset.
 *
 * @param low −high, 0 for tensors that cannot be negative, or some steps below 0 for tensors that hardly can
 * @param high largest integer: the number of steps on the positive side
 */
public record IntegerRange(int low, int high) {
    /** Checks that zero can be represented and that the range is not empty. */
    public IntegerRange {
        if (low > 0 || high < 0 || low == high) {
            throw new IllegalArgumentException("[" + low + ", " + high + "] has no zero or no step");
        }
    }

    /** [−(2^(bits−1) − 1), 2^(bits−1) − 1], for 2 to 8 bits. */
    public static IntegerRange signed(int bits) {
        int high = (1 << (checkBits(bits) - 1)) - 1;
        return new IntegerRange(-high, high);
    }

    /** [0, 2^bits − 1], for 2 to 8 bits. */
    public static IntegerRange unsigned(int bits) {
        return new IntegerRange(0, (1 << checkBits(bits)) - 1);
    }

    /**
     * Returns [−steps, 2^bits − 1 − steps], for 2 to 8 bits.
     *
     * @param steps below zero, in [1, 2^bits − 2]
     */
    public static IntegerRange offset(int bits, int steps) {
        int most = (1 << checkBits(bits)) - 1;
        if (steps < 1 || steps >= most) {
            throw new IllegalArgumentException(steps + " steps below zero are not in [1, " + (most - 1) + "]");
        }
        return new IntegerRange(-steps, most - steps);
    }

    /** Returns what is added to an integer to make a byte of it: 0 where bytes, signed or unsigned, hold the range. */
    public int zeroCode() {
        boolean byBytes = low >= 0 ? high <= 255 : low >= -128 && high <= 127;
        return byBytes ? 0 : -low;
    }

    /** Least number of bits that store every integer of the range. */
    public int bits() {
        return zeroCode() != 0
                ? Integer.SIZE - Integer.numberOfLeadingZeros(high - low)
                : Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(high, ~low)) + (low < 0 ? 1 : 0);
    }

    /** Nearest integer of the range, ties to even. */
    public int round(double value) {
        return (int) Math.clamp(Math.rint(value), low, high);
    }

    private static int checkBits(int bits) {
        if (bits < 2 || bits > 8) {
            throw new IllegalArgumentException("the number of bits must lie in [2, 8] and not be " + bits);
        }
        return bits;
    }
}
