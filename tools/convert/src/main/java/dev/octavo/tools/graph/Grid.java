package dev.octavo.tools.graph;

/**
 * The real numbers that a tensor quantized elsewhere can hold: {@code scale · (code − zeroPoint)}.
 *
 * @param scale positive
 * @param zeroPoint the code of the real zero; among the codes
 * @param low least code
 * @param high greatest code
 */
public record Grid(float scale, int zeroPoint, int low, int high) {
    /** Checks the ranges. */
    public Grid {
        if (!(scale > 0 && scale <= Float.MAX_VALUE)) {
            throw new GraphException("its scale is " + scale + "; it must be positive and finite");
        }
        if (zeroPoint < low || zeroPoint > high) {
            throw new GraphException("its zero point " + zeroPoint + " is not in [" + low + ", " + high + "]");
        }
    }

    /** The codes themselves, as numbers. */
    public static Grid ofCodes(int low, int high) {
        return new Grid(1, 0, low, high);
    }

    /** The codes of this grid, as numbers. */
    public Grid codes() {
        return ofCodes(low, high);
    }

    /** Steps from zero to the least number. */
    public int least() {
        return low - zeroPoint;
    }

    /** Steps from zero to the greatest number. */
    public int greatest() {
        return high - zeroPoint;
    }
}
