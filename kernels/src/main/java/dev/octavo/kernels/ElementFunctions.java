package dev.octavo.kernels;

/** The functions of one element in double precision. */
final class ElementFunctions {
    /** Terms after which the series of the error function has converged for all arguments up to {@link #ERF_IS_ONE}. */
    private static final int TERMS = 160;

    private static final double ERF_IS_ONE = 6;

    private ElementFunctions() {}

    static double apply(FloatUnary.Function function, double alpha, double beta, double x) {
        return switch (function) {
            case CLIP -> Math.max(alpha, Math.min(x, beta));
            case LEAKY_RELU -> x < 0 ? alpha * x : x;
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * x + beta));
            case HARD_SWISH -> x * Math.max(0, Math.min(1, x / 6 + 0.5));
            case POWER -> Math.pow(x, alpha);
            case ABS -> Math.abs(x);
            case NEGATE -> -x;
            case RECIPROCAL -> 1 / x;
            case SQRT -> Math.sqrt(x);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case TRUNCATE -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case SIGN -> Math.signum(x);
            case NOT -> x == 0 ? 1 : 0;
            case IS_NAN -> Double.isNaN(x) ? 1 : 0;
            case IS_INFINITE -> Double.isInfinite(x) && (x < 0 ? alpha : beta) != 0 ? 1 : 0;
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TAN -> Math.tan(x);
            case ASIN -> Math.asin(x);
            case ACOS -> Math.acos(x);
            case ATAN -> Math.atan(x);
            case SINH -> Math.sinh(x);
            case COSH -> Math.cosh(x);
            case TANH -> Math.tanh(x);
            case ASINH -> Math.copySign(Math.log(Math.abs(x) + Math.hypot(x, 1)), x);
            case ACOSH -> Math.log(x + Math.sqrt(x - 1) * Math.sqrt(x + 1));
            case ATANH -> 0.5 * (Math.log1p(x) - Math.log1p(-x));
            case ERF -> erf(x);
            case SELU -> beta * (x < 0 ? alpha * Math.expm1(x) : x);
            case CELU -> Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
            case SOFTPLUS -> softplus(x);
            case SOFTSIGN -> x / (1 + Math.abs(x));
            case MISH -> x * Math.tanh(softplus(x));
            case GELU -> x / 2 * (1 + erf(x * Math.sqrt(0.5)));
            case GELU_TANH -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case SWISH -> x / (1 + Math.exp(-alpha * x));
            case THRESHOLDED_RELU -> x > alpha ? x : 0;
            case SHRINK -> x < -alpha ? x + beta : x > alpha ? x - beta : 0;
        };
    }

    /** {@code ln(1 + e^x)} without overflow. */
    private static double softplus(double x) {
        return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6: all terms have one sign, so that nothing cancels. */
    private static double erf(double x) {
        if (!(Math.abs(x) < ERF_IS_ONE)) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < TERMS; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
