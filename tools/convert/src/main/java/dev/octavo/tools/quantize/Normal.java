package dev.octavo.tools.quantize;

/** The standard normal distribution. */
final class Normal {
    private static final double INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);
    private static final double TAIL = 3;

    private Normal() {}

    /** φ(x). */
    static double density(double x) {
        return INVERSE_SQRT_2PI * Math.exp(-0.5 * x * x);
    }

    /**
     * Φ(x), with a relative error below 1e−12: the series
     * Φ(x) − ½ = φ(x)·(x + x³/3 + x⁵/(3·5) + …), and Laplace's continued fraction in the tails.
     */
    static double cumulative(double x) {
        if (x <= -TAIL) {
            return upperTail(-x);
        }
        if (x >= TAIL) {
            return 1 - upperTail(x);
        }
        double term = x;
        double sum = x;
        for (int odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
            term *= x * x / odd;
            sum += term;
        }
        return 0.5 + sum * density(x);
    }

    /** 1 − Φ(x) for x ≥ 3. */
    private static double upperTail(double x) {
        if (x == Double.POSITIVE_INFINITY) {
            return 0;
        }
        double fraction = x;
        for (int i = 40; i > 0; i--) {
            fraction = x + i / fraction;
        }
        return density(x) / fraction;
    }
}
