package dev.octavo.tools.quantize;

/**
 * The expected squared error, summed over channels, of a tensor clipped at a threshold T and rounded to steps of
 * T / range.high(): what lies beyond T, plus step²/12 for what lies strictly inside. Exact zeros of a ReLU cost nothing.
 */
final class ClippingModel {
    private final ClippedNormals tensor;
    private final IntegerRange range;

    ClippingModel(ClippedNormals tensor, IntegerRange range) {
        this.tensor = tensor;
        this.range = range;
    }

    /**
     * The error if every value, before its bounds apply, were {@code factor} times as large.
     *
     * @param threshold T, positive
     */
    double squaredError(double threshold, double factor) {
        double step = threshold / range.high();
        double noise = step * step / 12;
        double sum = 0;
        for (int c = 0; c < tensor.channels(); c++) {
            double beta = factor * tensor.beta(c);
            double gamma = factor * tensor.gamma(c);
            double high = tensor.high(c);
            if (gamma == 0) {
                sum += constantError(Math.clamp(beta, tensor.low(), high), threshold, noise);
                continue;
            }
            double top = Math.min(threshold, high);
            double bottom = range.low() < 0 ? Math.max(-threshold, tensor.low()) : Math.max(0, tensor.low());
            double inside = Normal.cumulative((top - beta) / gamma) - Normal.cumulative((bottom - beta) / gamma);
            sum += noise * Math.max(0, inside);
            if (threshold < high) {
                sum += clipped(beta, gamma, threshold, high);
            }
            if (range.low() < 0 && -threshold > tensor.low()) {
                sum += clipped(-beta, gamma, threshold, -tensor.low());
            }
        }
        return sum;
    }

    private double constantError(double value, double threshold, double noise) {
        double excess = Math.max(0, Math.abs(value) - threshold);
        return value == 0 || (value < 0 && range.low() == 0) ? 0 : excess * excess + (excess == 0 ? noise : 0);
    }

    /** E[(min(x, bound) − threshold)²; x > threshold] of x ~ N(beta, gamma²), threshold &lt; bound. */
    private static double clipped(double beta, double gamma, double threshold, double bound) {
        double excess = squaredExcess((threshold - beta) / gamma);
        if (bound == Double.POSITIVE_INFINITY) {
            return gamma * gamma * excess;
        }
        double b = (bound - beta) / gamma;
        double beyond = squaredExcess(b) + 2 * (bound - threshold) / gamma * meanExcess(b);
        return gamma * gamma * Math.max(0, excess - beyond);
    }

    /** E[(z − a)²; z > a] of a standard normal. */
    private static double squaredExcess(double a) {
        return Math.max(0, (1 + a * a) * Normal.cumulative(-a) - a * Normal.density(a));
    }

    /** E[z − a; z > a] of a standard normal. */
    private static double meanExcess(double a) {
        return Math.max(0, Normal.density(a) - a * Normal.cumulative(-a));
    }
}
