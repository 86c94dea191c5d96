package dev.octavo.kernels;

import static dev.octavo.kernels.FloatExpression.polynomial;

/**
 * The elementary functions in single precision. Coefficients are minimax fits (Lawson's reweighted least squares) on the reduced
 * ranges, rounded to floats; arguments are reduced as by Cody and Waite, "Software Manual for the Elementary Functions", 1980.
 */
final class Elementary {
    /** Adding it rounds a number below 2^22 to an integer, which the low bits of the sum hold. */
    private static final float ROUNDING = 0x1.8p23f;

    private static final float LOG2_E = 0x1.715476p0f;
    private static final float LN2_HIGH = 0x1.62e430p-1f;
    private static final float LN2_LOW = -0x1.05c610p-29f;

    /** (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2. */
    private static final float[] EXPONENTIAL = {0.5f, 1.6666542e-1f, 4.166628e-2f, 8.366644e-3f, 1.3946554e-3f};

    /** (ln(1 + f) − f + f²/2) / f³ for f in [√½ − 1, √2 − 1]. */
    private static final float[] LOGARITHM = {
        3.3333313e-1f,
        -2.500001e-1f,
        2.0002134e-1f,
        -1.6668007e-1f,
        1.4219224e-1f,
        -1.24051355e-1f,
        1.18903235e-1f,
        -1.1679654e-1f,
        6.746599e-2f
    };

    /** (2 artanh(z) / z − 2) / z², in powers of z², for z ≤ 1/3. */
    private static final float[] ARTANH = {6.6666675e-1f, 3.9998877e-1f, 2.8616884e-1f, 2.1427658e-1f, 2.4300933e-1f};

    /** −ln(1 − erf(x)) / x for x in [0, 3.95]. */
    private static final float[] ERROR_FUNCTION = {
        1.1283792e0f,
        6.366194e-1f,
        1.0277783e-1f,
        -1.9153064e-2f,
        -1.6039606e-4f,
        1.6670275e-3f,
        -6.3283683e-4f,
        1.1764126e-4f,
        -9.256264e-6f
    };

    /** From here on the error function is 1 to single precision. */
    private static final float ERROR_FUNCTION_LIMIT = 3.95f;

    private static final int SQUARE_ROOT_OF_HALF = 0x3F3504F3;
    private static final int FRACTION = 0x007F_FFFF;
    private static final int FRACTION_BITS = 23;
    private static final int EXPONENT_BIAS = 127;
    private static final float LARGEST_NOT_INTEGER = 0x1p23f;

    private Elementary() {}

    /** x = n · ln 2 + r: n in the low bits of {@code rounded}, and e^r − 1. */
    private record Reduced(FloatExpression rounded, FloatExpression lessOne) {
        static Reduced of(FloatExpression x) {
            FloatExpression rounded = x.timesPlus(LOG2_E, FloatExpression.of(ROUNDING));
            FloatExpression n = rounded.minus(ROUNDING);
            FloatExpression r = n.timesPlus(-LN2_LOW, n.timesPlus(-LN2_HIGH, x));
            return new Reduced(rounded, r.times(r).timesPlus(polynomial(r, EXPONENTIAL), r));
        }

        /** 2^n for n in [−126, 127]. */
        FloatExpression power() {
            return rounded.shiftedLeft(FRACTION_BITS).plusBits(FloatExpression.of(1));
        }
    }

    /** Returns e^x, within 2 units in the last place; below 2^−126 within 2^−149. */
    static FloatExpression exponential(FloatExpression x) {
        Reduced reduced = Reduced.of(x.within(-104, 89));
        FloatExpression n = reduced.rounded.minusBits(FloatExpression.of(ROUNDING));
        FloatExpression half = n.shiftedRight(1);
        FloatExpression bias = FloatExpression.ofBits(EXPONENT_BIAS);
        FloatExpression first = half.plusBits(bias).shiftedLeft(FRACTION_BITS);
        FloatExpression second = n.minusBits(half).plusBits(bias).shiftedLeft(FRACTION_BITS);
        return first.timesPlus(reduced.lessOne, first).times(second);
    }

    /** Returns e^x for x in [−87, 88], and the value at the nearer end beyond. */
    static FloatExpression boundedExponential(FloatExpression x) {
        Reduced reduced = Reduced.of(x.within(-87, 88));
        FloatExpression power = reduced.power();
        return power.timesPlus(reduced.lessOne, power);
    }

    /** Returns e^x − 1 with a small relative error for x up to 88, and the value at 88 beyond. */
    static FloatExpression exponentialLessOne(FloatExpression x) {
        Reduced reduced = Reduced.of(x.within(-87, 88));
        FloatExpression power = reduced.power();
        return power.timesPlus(reduced.lessOne, power.minus(1));
    }

    /** Returns 1 / (1 + e^−x), within 2 units in the last place or 2^−125. */
    static FloatExpression sigmoid(FloatExpression x) {
        return FloatExpression.of(1).over(onePlusExponential(x));
    }

    /** Returns x / (1 + e^(−slope · x)). */
    static FloatExpression swish(FloatExpression x, float slope) {
        return x.over(onePlusExponential(slope == 1 ? x : x.times(slope)));
    }

    private static FloatExpression onePlusExponential(FloatExpression x) {
        return boundedExponential(x.negated()).plus(1);
    }

    /** Returns tanh(x) = m / (m + 2) with m = e^2x − 1. */
    static FloatExpression tanh(FloatExpression x) {
        FloatExpression m = exponentialLessOne(x.plus(x).within(-40, 40));
        return m.over(m.plus(2));
    }

    /** Returns x · tanh(ln(1 + e^x)) = x · n / (n + 2) with n = e^x · (e^x + 2). */
    static FloatExpression mish(FloatExpression x) {
        FloatExpression e = boundedExponential(FloatExpression.of(20).orLess(x));
        FloatExpression n = e.timesPlus(e, e.plus(e));
        return x.times(n.over(n.plus(2)));
    }

    /** Returns ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|). */
    static FloatExpression softplus(FloatExpression x) {
        FloatExpression e = boundedExponential(x.or(FloatExpression.ofBits(Integer.MIN_VALUE)));
        FloatExpression z = e.over(e.plus(2));
        FloatExpression square = z.times(z);
        FloatExpression logarithm = square.times(z).timesPlus(polynomial(square, ARTANH), z.plus(z));
        return FloatExpression.of(0).orMore(x).plus(logarithm);
    }

    /** Returns erf(x), with a small relative error: e^{ln(1 − erf(x))} − 1 is −erf(x). */
    static FloatExpression errorFunction(FloatExpression x) {
        FloatExpression distance = FloatExpression.of(ERROR_FUNCTION_LIMIT).orLess(x.absolute());
        FloatExpression logarithm = distance.negated().times(polynomial(distance, ERROR_FUNCTION));
        return exponentialLessOne(logarithm).absolute().or(x.signBit());
    }

    /** Returns x / 2 · (1 + erf(x / √2)). */
    static FloatExpression gelu(FloatExpression x) {
        FloatExpression half = x.times(0.5f);
        return half.timesPlus(errorFunction(x.times((float) Math.sqrt(0.5))), half);
    }

    /** Returns x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) = x · sigmoid(2 √(2/π) · (x + 0.044715 x³)). */
    static FloatExpression geluByTanh(FloatExpression x) {
        double slope = 2 * Math.sqrt(2 / Math.PI);
        FloatExpression inner = x.times(polynomial(x.times(x), (float) slope, (float) (0.044715 * slope)));
        return x.over(onePlusExponential(inner));
    }

    /** Returns x where it is not negative, else {@code alpha · (e^x − 1)}. */
    static FloatExpression elu(FloatExpression x, float alpha) {
        return x.select(exponentialLessOne(x).times(alpha), x);
    }

    /** Returns {@code max(0, x) + min(0, alpha · (e^(x / alpha) − 1))}. */
    static FloatExpression celu(FloatExpression x, float alpha) {
        FloatExpression zero = FloatExpression.of(0);
        FloatExpression curve =
                exponentialLessOne(x.over(FloatExpression.of(alpha))).times(alpha);
        return zero.orMore(x).plus(zero.orLess(curve));
    }

    /** Returns ln x: −∞ for 0, NaN for negative numbers. */
    static FloatExpression logarithm(FloatExpression x) {
        FloatExpression small = x.minus(Float.MIN_NORMAL);
        FloatExpression normal = small.select(x.times(LARGEST_NOT_INTEGER), x);
        FloatExpression root = FloatExpression.ofBits(SQUARE_ROOT_OF_HALF);
        FloatExpression above = normal.minusBits(root);
        FloatExpression exponent = above.shiftedRight(FRACTION_BITS)
                .plusBits(FloatExpression.of(ROUNDING))
                .minus(small.select(FloatExpression.of(ROUNDING + FRACTION_BITS), FloatExpression.of(ROUNDING)));
        FloatExpression f =
                above.and(FloatExpression.ofBits(FRACTION)).plusBits(root).minus(1);
        FloatExpression tail = f.times(f)
                .timesPlus(f.timesPlus(polynomial(f, LOGARITHM), FloatExpression.of(-0.5f)), exponent.times(LN2_LOW));
        FloatExpression finite = exponent.timesPlus(LN2_HIGH, tail.plus(f)).plus(x.times(0));
        FloatExpression positive = FloatExpression.of(Float.MAX_VALUE).minus(x).select(x, finite);
        FloatExpression real = x.select(FloatExpression.of(Float.NaN), positive);
        return x.absolute().minus(Float.MIN_VALUE).select(FloatExpression.of(Float.NEGATIVE_INFINITY), real);
    }

    /** Returns x^exponent; its relative error grows with the logarithm of the result. */
    static FloatExpression power(FloatExpression x, float exponent) {
        if (exponent == 0) {
            return x.and(FloatExpression.of(0)).or(FloatExpression.of(1));
        }
        if (exponent < 0 && exponent >= -4 && (exponent == (int) exponent || exponent == -0.5f)) {
            return FloatExpression.of(1).over(power(x, -exponent));
        }
        if (exponent == 0.5f) {
            return x.squareRoot();
        }
        if (exponent > 0 && exponent <= 4 && exponent == (int) exponent) {
            FloatExpression square = x.times(x);
            return switch ((int) exponent) {
                case 1 -> x;
                case 2 -> square;
                case 3 -> square.times(x);
                default -> square.times(square);
            };
        }
        if (exponent != Math.rint(exponent)) {
            return exponential(logarithm(x).times(exponent));
        }
        FloatExpression magnitude = exponential(logarithm(x.absolute()).times(exponent));
        boolean odd = exponent % 2 != 0;
        return odd ? magnitude.or(x.signBit()) : magnitude;
    }

    /** Returns the nearest integer, ties to even. */
    static FloatExpression round(FloatExpression x) {
        FloatExpression size = x.absolute();
        FloatExpression rounded = size.plus(LARGEST_NOT_INTEGER).minus(LARGEST_NOT_INTEGER);
        return size.minus(LARGEST_NOT_INTEGER).select(rounded, size).or(x.signBit());
    }

    static FloatExpression floor(FloatExpression x) {
        FloatExpression nearest = round(x);
        return x.minus(nearest).select(nearest.minus(1), nearest);
    }

    static FloatExpression ceiling(FloatExpression x) {
        FloatExpression nearest = round(x);
        return nearest.minus(x).select(nearest.plus(1).or(x.signBit()), nearest);
    }

    /** Returns 1 with the sign of x, and x where it is 0. */
    static FloatExpression sign(FloatExpression x) {
        return isZero(x, x, FloatExpression.of(1).or(x.signBit()));
    }

    /** Returns {@code zero} where x is 0, else {@code other}. */
    static FloatExpression isZero(FloatExpression x, FloatExpression zero, FloatExpression other) {
        return x.absolute().minus(Float.MIN_VALUE).select(zero, other);
    }
}
