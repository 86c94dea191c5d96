package dev.octavo.tools.quantize;

import dev.octavo.kernels.PiecewisePolynomial;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * A function of one real number in the form in which convolutions compute activations: a polynomial on each segment of an interval
 * around 0, constant beyond, by which the argument is multiplied if it is {@code gated}. The polynomials interpolate at the
 * zeros of Chebyshev's, so that their greatest error is near the least that is possible.
 *
 * @param width of a segment, in units of the argument
 * @param least bound that no value is below; −∞ if there is none
 */
public record FunctionCurve(PiecewisePolynomial curve, boolean gated, float width, double least) {
    /** Where the argument 0 is: between two segments, as functions have corners there. */
    public static final float ORIGIN = 0.5f * PiecewisePolynomial.SEGMENTS - 0.5f;

    private static final int SEGMENTS = PiecewisePolynomial.SEGMENTS;
    private static final int NODES = PiecewisePolynomial.MOST_DEGREE + 1;

    /** Half of the intervals that are tried; corners of hard functions, at ±2.5 and ±3, are between segments of some of them. */
    private static final double[] REACHES = {2, 2.5, 3, 4, 5, 6, 8, 9.6, 10, 12, 16, 24};

    /** Arguments beyond the interval, up to which the function is compared, are so many times as large. */
    private static final double BEYOND = 16;

    private static final int COMPARED = 4096;

    /** Error of a gate, and of a function of range 1, that 8 bits do not show: a 16th of a step. */
    private static final double MOST_ERROR = 0.25 / 1024;

    /** Coefficients that are so small do not matter. */
    private static final double NEGLIGIBLE = 1e-7;

    private static final double FAR = 1e4;

    /** Returns the curve of a function; empty if no curve comes near enough. */
    public static Optional<FunctionCurve> of(DoubleUnaryOperator function) {
        double far = Math.max(Math.abs(function.applyAsDouble(-FAR)), Math.abs(function.applyAsDouble(FAR)));
        boolean gated = !(far < 100);
        if (!Double.isFinite(far) || (gated && Math.abs(function.applyAsDouble(0)) > 1e-9)) {
            return Optional.empty();
        }
        FunctionCurve best = null;
        double least = MOST_ERROR;
        for (double reach : REACHES) {
            FunctionCurve curve = fit(function, gated, 2 * reach / SEGMENTS);
            double error = curve.error(function, BEYOND * reach);
            boolean better = best == null || error < least;
            if (error <= MOST_ERROR && better) {
                best = curve;
                least = error;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Returns the value of the curve's function. */
    public double apply(double x) {
        double value = curve.apply((float) (x / width + ORIGIN));
        return Math.max(least, gated ? x * value : value);
    }

    private static FunctionCurve fit(DoubleUnaryOperator function, boolean gated, double width) {
        double[][] coefficients = new double[NODES][SEGMENTS];
        for (int segment = 0; segment < SEGMENTS; segment++) {
            double middle = (segment - ORIGIN) * width;
            double[] at = new double[NODES];
            double[] values = new double[NODES];
            for (int i = 0; i < NODES; i++) {
                at[i] = 0.5 * Math.cos(Math.PI * (i + 0.5) / NODES);
                double x = middle + at[i] * width;
                values[i] = gated ? function.applyAsDouble(x) / x : function.applyAsDouble(x);
            }
            double[] polynomial = interpolate(at, values);
            for (int power = 0; power < NODES; power++) {
                coefficients[power][segment] = polynomial[power];
            }
        }
        int powers = NODES;
        while (powers > 1 && negligible(coefficients[powers - 1])) {
            powers--;
        }
        float[] rounded = new float[powers * SEGMENTS];
        for (int i = 0; i < rounded.length; i++) {
            double value = coefficients[i / SEGMENTS][i % SEGMENTS];
            rounded[i] = Math.abs(value) < NEGLIGIBLE * NEGLIGIBLE ? 0 : (float) value;
        }
        return new FunctionCurve(new PiecewisePolynomial(rounded), gated, (float) width, least(function));
    }

    private static boolean negligible(double[] coefficients) {
        return Arrays.stream(coefficients).allMatch(c -> Math.abs(c) < NEGLIGIBLE);
    }

    private static double least(DoubleUnaryOperator function) {
        double far = function.applyAsDouble(-FAR);
        double near = function.applyAsDouble(-0.5 * FAR);
        if (Math.abs(far - near) > 1e-6 || function.applyAsDouble(FAR) < far) {
            return Double.NEGATIVE_INFINITY;
        }
        double least = far;
        for (int i = -COMPARED; i <= COMPARED; i++) {
            least = Math.min(least, function.applyAsDouble(i * (32.0 / COMPARED)));
        }
        return least;
    }

    /** Powers of the polynomial through points, by Newton's divided differences. */
    private static double[] interpolate(double[] at, double[] values) {
        int count = at.length;
        double[] differences = values.clone();
        for (int order = 1; order < count; order++) {
            for (int i = count - 1; i >= order; i--) {
                differences[i] = (differences[i] - differences[i - 1]) / (at[i] - at[i - order]);
            }
        }
        double[] powers = new double[count];
        for (int i = count - 1; i >= 0; i--) {
            for (int power = count - 1; power > 0; power--) {
                powers[power] = powers[power - 1] - at[i] * powers[power];
            }
            powers[0] = differences[i] - at[i] * powers[0];
        }
        return powers;
    }

    /** The greatest error, of a gate relative to the argument. */
    private double error(DoubleUnaryOperator function, double reach) {
        double greatest = 0;
        for (int i = -COMPARED; i <= COMPARED; i++) {
            double x = reach * i / COMPARED * Math.abs(i) / COMPARED;
            double error = Math.abs(apply(x) - function.applyAsDouble(x));
            greatest = Math.max(greatest, gated && x != 0 ? error / Math.abs(x) : error);
        }
        return greatest;
    }
}
