package dev.octavo.tools.quantize;

import java.util.Arrays;

/**
 * Chooses the threshold of weights that share a scale: the magnitude that becomes the largest integer. Larger weights are
 * clipped.
 */
public sealed interface WeightRange {
    /**
     * The threshold of {@code weights[from, to)}.
     *
     * @return 0 if all of them are 0
     * @throws IllegalArgumentException if one is infinite or not a number
     */
    double threshold(float[] weights, int from, int to, IntegerRange range);

    /** Whether clipping is weighed against rounding by their squared errors. */
    default boolean leastSquares(IntegerRange range) {
        return false;
    }

    /** What suits the bits: nothing is clipped from 7 bits on, and the least squared error counts below. */
    record Automatic() implements WeightRange {
        @Override
        public double threshold(float[] weights, int from, int to, IntegerRange range) {
            return rule(range).threshold(weights, from, to, range);
        }

        @Override
        public boolean leastSquares(IntegerRange range) {
            return rule(range).leastSquares(range);
        }

        private static WeightRange rule(IntegerRange range) {
            return range.bits() >= 7 ? new MinMax() : new LeastSquares();
        }
    }

    /** The largest magnitude. */
    record MinMax() implements WeightRange {
        @Override
        public double threshold(float[] weights, int from, int to, IntegerRange range) {
            float largest = 0;
            for (int i = from; i < to; i++) {
                largest = Math.max(largest, Math.abs(weights[i]));
            }
            if (!Float.isFinite(largest)) {
                throw new IllegalArgumentException("a weight is infinite or not a number");
            }
            return largest;
        }
    }

    /** The hundredth part of the largest magnitude, or multiple of it, at which rounding to nearest has the least squared error. */
    record LeastSquares() implements WeightRange {
        private static final int CANDIDATES = 100;

        @Override
        public boolean leastSquares(IntegerRange range) {
            return true;
        }

        @Override
        public double threshold(float[] weights, int from, int to, IntegerRange range) {
            double largest = new MinMax().threshold(weights, from, to, range);
            double best = largest;
            double leastError = squaredError(weights, from, to, WeightScales.scale(largest, range), range);
            for (int i = 1; i < CANDIDATES; i++) {
                double candidate = largest * i / CANDIDATES;
                double error = squaredError(weights, from, to, WeightScales.scale(candidate, range), range);
                if (error < leastError) {
                    leastError = error;
                    best = candidate;
                }
            }
            return best;
        }

        private static double squaredError(float[] weights, int from, int to, float scale, IntegerRange range) {
            float inverse = 1 / scale;
            double sum = 0;
            for (int i = from; i < to; i++) {
                float x = weights[i] * inverse;
                float rounded = Math.clamp((float) Math.rint(x), range.low(), range.high());
                float error = rounded - x;
                sum += error * error;
            }
            return sum * scale * scale;
        }
    }

    /**
     * The magnitude that a part of all weights do not exceed, by nearest rank.
     *
     * @param percent in (0, 100]
     */
    record Percentile(double percent) implements WeightRange {
        /** Checks the range. */
        public Percentile {
            Percentiles.check(percent);
        }

        @Override
        public double threshold(float[] weights, int from, int to, IntegerRange range) {
            double largest = new MinMax().threshold(weights, from, to, range);
            double[] magnitudes = new double[to - from];
            Arrays.setAll(magnitudes, i -> Math.abs(weights[from + i]));
            double threshold = Percentiles.nearestRank(magnitudes, percent);
            return threshold > 0 ? threshold : largest;
        }
    }
}
