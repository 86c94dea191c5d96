package dev.octavo.tools.quantize;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A model of a tensor's values: those of channel c are clip(N(β_c, γ_c²), low, high_c). After BatchNormalization β is its
 * bias and γ the effective deviation ({@link #effectiveDeviation}); ReLU is low = 0, ReLU6 also high = 6.
 *
 * <p>The moments are those of DFQ (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias
 * Correction", ICCV 2019, appendix C).
 */
public final class ClippedNormals {
    private final double[] beta;
    private final double[] gamma;
    private final double low;
    private final double[] high;

    private ClippedNormals(double[] beta, double[] gamma, double low, double[] high) {
        this.beta = beta;
        this.gamma = gamma;
        this.low = low;
        this.high = high;
    }

    /** Normals that nothing clips; deviations are not negative. */
    public static ClippedNormals of(double[] beta, double[] gamma) {
        if (beta.length != gamma.length) {
            throw new IllegalArgumentException(beta.length + " means and " + gamma.length + " deviations");
        }
        double[] high = new double[beta.length];
        Arrays.fill(high, Double.POSITIVE_INFINITY);
        return new ClippedNormals(beta.clone(), gamma.clone(), Double.NEGATIVE_INFINITY, high);
    }

    /**
     * The deviation of a BatchNormalization output, |g|·√(var/(var + eps)). It differs from |g| where the variance is not
     * large against eps: in channels that have died.
     */
    public static double effectiveDeviation(double weight, double variance, double epsilon) {
        return Math.abs(weight) * Math.sqrt(Math.max(0, variance) / (Math.max(0, variance) + epsilon));
    }

    /** Returns these normals cut below 0. */
    public ClippedNormals relu() {
        return new ClippedNormals(beta, gamma, 0, high);
    }

    /** Returns these normals with the given bounds. */
    public ClippedNormals clip(double lowest, double highest) {
        double[] bounds = new double[beta.length];
        Arrays.fill(bounds, highest);
        return clip(lowest, bounds);
    }

    /** Returns these normals with the given bounds, the upper one per channel. */
    public ClippedNormals clip(double lowest, double[] highest) {
        if (highest.length != beta.length) {
            throw new IllegalArgumentException(highest.length + " bounds for " + beta.length + " channels");
        }
        return new ClippedNormals(beta, gamma, lowest, highest.clone());
    }

    /** Some channels, in a new order. */
    public ClippedNormals select(int... selected) {
        double[] betas = new double[selected.length];
        double[] gammas = new double[selected.length];
        double[] bounds = new double[selected.length];
        for (int i = 0; i < selected.length; i++) {
            betas[i] = beta[selected[i]];
            gammas[i] = gamma[selected[i]];
            bounds[i] = high[selected[i]];
        }
        return new ClippedNormals(betas, gammas, low, bounds);
    }

    /** The channels of this tensor and then those of another; the lower of their lower bounds holds for all. */
    public ClippedNormals concat(ClippedNormals other) {
        return new ClippedNormals(
                concat(beta, other.beta),
                concat(gamma, other.gamma),
                Math.min(low, other.low),
                concat(high, other.high));
    }

    /**
     * The sum of two tensors, as normals with the sums of the bounds.
     *
     * @param correlation of their values in each channel, in [−1, 1]
     */
    public ClippedNormals plus(ClippedNormals other, double correlation) {
        ClippedNormals sum = moments().plus(other.moments(), correlation).normals();
        double[] bounds = new double[high.length];
        for (int c = 0; c < bounds.length; c++) {
            bounds[c] = high[c] + other.high[c];
        }
        return new ClippedNormals(sum.beta, sum.gamma, low + other.low, bounds);
    }

    private static double[] concat(double[] first, double[] second) {
        double[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Number of channels. */
    public int channels() {
        return beta.length;
    }

    /** Mean of a channel before it is clipped. */
    public double beta(int channel) {
        return beta[channel];
    }

    /** Standard deviation of a channel before it is clipped. */
    public double gamma(int channel) {
        return gamma[channel];
    }

    /** The lower bound, −∞ for none. */
    public double low() {
        return low;
    }

    /** The upper bound of a channel, ∞ for none. */
    public double high(int channel) {
        return high[channel];
    }

    /** Whether no value can be negative. */
    public boolean isNonNegative() {
        return low >= 0;
    }

    /** Probability that a channel lies above its lower bound. */
    public double activity(int channel) {
        return gamma[channel] == 0
                ? (beta[channel] > low ? 1 : 0)
                : Normal.cumulative((beta[channel] - low) / gamma[channel]);
    }

    /**
     * Power of the values over the expected power of the error of storing them, 10·log10(Σ E[x²] / Σ E[(x − s·q)²]) in dB;
     * infinite where storing them is exact.
     *
     * @param range of the integers q
     * @param scale s, positive
     */
    public double storageSqnr(IntegerRange range, double scale) {
        Moments moments = moments();
        double power = 0;
        for (int c = 0; c < channels(); c++) {
            power += moments.mean(c) * moments.mean(c) + moments.variance(c);
        }
        double error = new ClippingModel(this, range).squaredError(scale * range.high(), 1);
        return error == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(power / error);
    }

    /** Means and variances after clipping. */
    public Moments moments() {
        double[] mean = new double[beta.length];
        double[] variance = new double[beta.length];
        for (int c = 0; c < beta.length; c++) {
            clippedMoments(c, mean, variance);
        }
        return new Moments(mean, variance);
    }

    /**
     * Returns means, and variances that do not trust the tails of the normals. Trained networks have channels that lie beyond
     * a bound on average and cross it often enough to matter, by far more deviations than a normal would. Where the mean lies
     * d beyond a bound, at least the share γ²/(γ² + d²) of γ² counts, which is what Cantelli's inequality allows of the values
     * to be on the other side whatever their distribution.
     */
    public Moments cautiousMoments() {
        Moments known = moments();
        double[] mean = new double[beta.length];
        double[] variance = new double[beta.length];
        for (int c = 0; c < beta.length; c++) {
            double beyond = Math.max(0, Math.max(low - beta[c], beta[c] - high[c]));
            double square = gamma[c] * gamma[c];
            mean[c] = known.mean(c);
            variance[c] = square == 0 ? 0 : Math.max(known.variance(c), square * (square / (square + beyond * beyond)));
        }
        return new Moments(mean, variance);
    }

    /** Means and variances of f(x), x distributed as this model says, by quadrature over ±8 deviations. */
    public Moments moments(DoubleUnaryOperator f) {
        double[] mean = new double[beta.length];
        double[] variance = new double[beta.length];
        for (int c = 0; c < beta.length; c++) {
            double weights = 0;
            double first = 0;
            double second = 0;
            for (int i = -64; i <= 64; i++) {
                double z = i / 8.0;
                double weight = Normal.density(z);
                double value = f.applyAsDouble(Math.clamp(beta[c] + gamma[c] * z, low, high[c]));
                weights += weight;
                first += weight * value;
                second += weight * value * value;
            }
            mean[c] = first / weights;
            variance[c] = Math.max(0, second / weights - mean[c] * mean[c]);
        }
        return new Moments(mean, variance);
    }

    private void clippedMoments(int c, double[] mean, double[] variance) {
        if (gamma[c] == 0) {
            mean[c] = Math.clamp(beta[c], low, high[c]);
            return;
        }
        // Relative to β, where the difference of the second moment and the squared mean cancels least.
        double below = (low - beta[c]) / gamma[c];
        double above = (high[c] - beta[c]) / gamma[c];
        double lowMass = Normal.cumulative(below);
        double highMass = Normal.cumulative(-above);
        double inside = 1 - lowMass - highMass;
        double lowDensity = Normal.density(below);
        double highDensity = Normal.density(above);
        double first = lowDensity - highDensity + times(below, lowMass) + times(above, highMass);
        double second = inside
                + times(below, lowDensity)
                - times(above, highDensity)
                + times(below, times(below, lowMass))
                + times(above, times(above, highMass));
        double value = beta[c] + gamma[c] * first;
        mean[c] = Math.clamp(value, low, high[c]);
        variance[c] = gamma[c] * gamma[c] * Math.max(0, second - first * first);
    }

    /** A product that is 0 where the weight of an infinite bound is 0. */
    private static double times(double bound, double weight) {
        return weight == 0 ? 0 : bound * weight;
    }
}
