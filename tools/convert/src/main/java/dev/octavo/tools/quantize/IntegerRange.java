package dev.octavo.tools.quantize;

/**
 * The integers that a quantized tensor may hold. Zero always stands for the real zero.
 *
 * @param low −high, or 0 for tensors that cannot be negative
 * @param high largest integer: the number of steps on the positive side
 */
public record IntegerRange(int low, int high) {
    /** Checks that zero can be represented and that the range is not empty. */
    public IntegerRange {
        if (low > 0 || high <= 0) {
            throw new IllegalArgumentException("[" + low + ", " + high + "] has no zero or no positive step");
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

    /** Least number of bits that store every integer of the range. */
    public int bits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(high, ~low)) + (low < 0 ? 1 : 0);
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
