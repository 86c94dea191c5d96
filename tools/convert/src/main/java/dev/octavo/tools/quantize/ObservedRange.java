package dev.octavo.tools.quantize;

/** The rules that need to have seen a tensor: calibration. */
public sealed interface ObservedRange extends RangeRule {
    @Override
    default double threshold(ClippedNormals tensor, IntegerRange range) {
        throw new IllegalStateException("nothing was observed");
    }

    /** The largest magnitude. */
    record MinMax() implements ObservedRange {
        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            return observation.largest();
        }
    }

    /**
     * An average of the largest magnitudes of the images, in which the later ones count more:
     * {@code t ← (1 − share)·t + share·largest}.
     *
     * @param share in (0, 1]
     */
    record MovingAverage(double share) implements ObservedRange {
        /** Checks the range. */
        public MovingAverage {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "the share of a moving average must be above 0 and at most 1, not " + share);
            }
        }

        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            float[] peaks = observation.peaks();
            double average = peaks[0];
            for (float peak : peaks) {
                average += share * (peak - average);
            }
            return average;
        }
    }

    /** The mean of the largest magnitudes of the images. */
    record MeanPeak() implements ObservedRange {
        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            float[] peaks = observation.peaks();
            double sum = 0;
            for (float peak : peaks) {
                sum += peak;
            }
            return sum / peaks.length;
        }
    }

    /**
     * The magnitude that a part of all values do not exceed, zeros included, by nearest rank.
     *
     * @param percent in (0, 100]
     */
    record Percentile(double percent) implements ObservedRange {
        /** Checks the range. */
        public Percentile {
            Percentiles.check(percent);
        }

        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            float[] samples = observation.samples();
            double[] magnitudes = new double[samples.length];
            for (int i = 0; i < samples.length; i++) {
                magnitudes[i] = Math.abs(samples[i]);
            }
            double threshold = Percentiles.nearestRank(magnitudes, percent);
            return threshold > 0 ? threshold : observation.largest();
        }
    }

    /** The least divergence of the distribution on the grid, as TensorRT's calibration has it. */
    record Entropy() implements ObservedRange {
        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            return entropy(observation, range, EntropyThreshold::tensorRt);
        }
    }

    /** The least divergence of the distribution on the grid, as ncnn computes it. */
    record NcnnEntropy() implements ObservedRange {
        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            return entropy(observation, range, EntropyThreshold::ncnn);
        }
    }

    /**
     * The least mean of |error|^p of clipping and rounding, of 200 fractions of the largest magnitude.
     *
     * @param power p, positive
     */
    record LeastPower(double power) implements ObservedRange {
        private static final int FRACTIONS = 200;

        /** Checks the range. */
        public LeastPower {
            if (!(power > 0 && power <= 100)) {
                throw new IllegalArgumentException(
                        "the power of an error must be above 0 and at most 100, not " + power);
            }
        }

        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            MagnitudeHistogram histogram = observation.histogram();
            double best = histogram.largest();
            double least = Double.POSITIVE_INFINITY;
            for (int i = 1; i <= FRACTIONS && best > 0; i++) {
                double threshold = histogram.largest() * i / FRACTIONS;
                double error = histogram.error(threshold, range.high(), power);
                if (error < least) {
                    least = error;
                    best = threshold;
                }
            }
            return best;
        }
    }

    private static double entropy(
            ValueObservation observation, IntegerRange range, EntropyThreshold.Divergence divergence) {
        MagnitudeHistogram histogram = observation.histogram();
        if (histogram.largest() == 0) {
            return 0;
        }
        double threshold = new EntropyThreshold(histogram, range.high() + 1).threshold(divergence);
        return Math.min(threshold, histogram.largest());
    }
}
