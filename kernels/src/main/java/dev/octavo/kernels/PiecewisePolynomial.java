package dev.octavo.kernels;

import java.util.Arrays;

/**
 * A function of one real number as a polynomial on each of {@link #SEGMENTS} segments of width 1, constant beyond them.
 *
 * <pre>
 * v = min(max(u, −1/2), 15/2 − 2^−21), i = rne(v), r = v − i
 * p(u) = c[0][i] + r·(c[1][i] + r·(c[2][i] + …))
 * </pre>
 *
 * in single precision from the highest power on, each step a fused product and sum.
 *
 * @param coefficients [degree + 1][{@link #SEGMENTS}], powers ascending, finite; degree 0 to {@link #MOST_DEGREE}
 */
public record PiecewisePolynomial(float[] coefficients) {
    /** Segments: as many as the narrowest vectors of interest have elements of 32 bits. */
    public static final int SEGMENTS = 8;

    /** Greatest degree. */
    public static final int MOST_DEGREE = 5;

    /** Least argument; what is below takes its value. */
    public static final float LEAST = -0.5f;

    /** Greatest argument; what is above takes its value. */
    public static final float GREATEST = Math.nextDown(SEGMENTS - 0.5f);

    /** Checks and copies the coefficients. */
    public PiecewisePolynomial {
        coefficients = coefficients.clone();
        int powers = coefficients.length / SEGMENTS;
        Checks.require(
                coefficients.length == powers * SEGMENTS && powers >= 1 && powers <= MOST_DEGREE + 1,
                "%s coefficients for %s segments",
                coefficients.length,
                SEGMENTS);
        for (float coefficient : coefficients) {
            Checks.require(Math.abs(coefficient) <= 0x1p60f, "a coefficient of %s", coefficient);
        }
    }

    /** Returns the degree of the polynomials. */
    public int degree() {
        return coefficients.length / SEGMENTS - 1;
    }

    /** Returns the coefficients of a power, one per segment. */
    public float[] coefficients(int power) {
        return Arrays.copyOfRange(coefficients, power * SEGMENTS, (power + 1) * SEGMENTS);
    }

    /** Returns the value at {@code u}. */
    public float apply(float u) {
        float v = Math.min(Math.max(u, LEAST), GREATEST);
        int segment = (int) Math.rint(v);
        float rest = v - segment;
        float value = coefficients[degree() * SEGMENTS + segment];
        for (int power = degree() - 1; power >= 0; power--) {
            value = Math.fma(value, rest, coefficients[power * SEGMENTS + segment]);
        }
        return value;
    }

    @Override
    public float[] coefficients() {
        return coefficients.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PiecewisePolynomial polynomial && Arrays.equals(coefficients, polynomial.coefficients);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(coefficients);
    }
}
