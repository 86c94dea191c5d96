package dev.octavo.tools.quantize;

/**
 * Entropy calibration: the threshold at which the distribution of magnitudes loses least information, measured as the
 * Kullback-Leibler divergence of the distribution with its tail cut (P) and the same on a few levels (Q).
 */
final class EntropyThreshold {
    private static final double EPSILON = 1e-4;

    private final MagnitudeHistogram histogram;
    private final double[] mass = new double[MagnitudeHistogram.BINS];
    private final double[] beyond = new double[MagnitudeHistogram.BINS + 1];
    private final int levels;

    /**
     * For a distribution that is not empty.
     *
     * @param levels that the grid has from 0 on
     */
    EntropyThreshold(MagnitudeHistogram histogram, int levels) {
        this.histogram = histogram;
        this.levels = levels;
        double sum = 0;
        for (int bin = 0; bin < mass.length; bin++) {
            sum += histogram.count(bin);
        }
        for (int bin = mass.length - 1; bin >= 0; bin--) {
            mass[bin] = histogram.count(bin) / sum;
            beyond[bin] = beyond[bin + 1] + mass[bin];
        }
    }

    /** The divergence of keeping some bins. */
    @FunctionalInterface
    interface Divergence {
        double of(EntropyThreshold distribution, int bins);
    }

    /** The middle of the bin behind those of least divergence. */
    double threshold(Divergence divergence) {
        return (bins(divergence) + 0.5) * histogram.width();
    }

    /** How many bins are best kept, of at least as many as there are levels. */
    int bins(Divergence divergence) {
        int best = mass.length;
        double least = Double.POSITIVE_INFINITY;
        for (int bins = levels; bins <= mass.length; bins++) {
            double loss = divergence.of(this, bins);
            if (loss < least) {
                least = loss;
                best = bins;
            }
        }
        return best;
    }

    /**
     * As TensorRT's entropy calibration describes it: the tail goes into the last bin of P but not into Q; the mass of a
     * level is spread evenly over its bins that are not empty; both are normalised.
     */
    double tensorRt(int bins) {
        double[] coarse = new double[bins];
        double kept = 0;
        for (int level = 0; level < levels; level++) {
            int from = level * bins / levels;
            int to = (level + 1) * bins / levels;
            double sum = 0;
            int filled = 0;
            for (int bin = from; bin < to; bin++) {
                sum += mass[bin];
                filled += clipped(bin, bins) > 0 ? 1 : 0;
            }
            for (int bin = from; bin < to; bin++) {
                if (clipped(bin, bins) > 0) {
                    coarse[bin] = sum / filled;
                }
            }
            kept += sum;
        }
        double divergence = 0;
        for (int bin = 0; bin < bins; bin++) {
            double p = clipped(bin, bins);
            if (p > 0) {
                divergence += p * Math.log(p * kept / coarse[bin]);
            }
        }
        return divergence;
    }

    /**
     * As ncnn computes it: levels cover fractions of bins; the mean of a level stands for each of them; every bin of both
     * distributions holds a little more than it does, and neither is normalised again.
     */
    double ncnn(int bins) {
        double perLevel = (double) bins / levels;
        double[] coarse = new double[bins];
        for (int level = 0; level < levels; level++) {
            double from = level * perLevel;
            double to = level == levels - 1 ? bins : from + perLevel;
            int first = (int) from;
            int last = Math.min(bins, (int) Math.ceil(to));
            double sum = 0;
            for (int bin = first; bin < last; bin++) {
                sum += mass[bin] * covered(bin, from, to);
            }
            for (int bin = first; bin < last; bin++) {
                coarse[bin] += sum / (to - from) * covered(bin, from, to);
            }
        }
        double divergence = 0;
        for (int bin = 0; bin < bins; bin++) {
            double p = clipped(bin, bins) + EPSILON;
            divergence += p * Math.log(p / (coarse[bin] + EPSILON));
        }
        return divergence;
    }

    /** The part of a bin that lies in [from, to). */
    private static double covered(int bin, double from, double to) {
        return Math.min(bin + 1, to) - Math.max(bin, from);
    }

    /** P: the mass of a bin, with the whole tail in the last one. */
    private double clipped(int bin, int bins) {
        return bin == bins - 1 ? beyond[bin] : mass[bin];
    }
}
