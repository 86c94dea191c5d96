package dev.octavo.tools.quantize;

import java.util.function.DoubleUnaryOperator;

/**
 * Chooses the threshold of an activation tensor: the real value of the largest integer, so that
 * {@code scale = threshold / range.high()}.
 */
public sealed interface RangeRule
        permits RangeRule.Automatic,
                RangeRule.Deviations,
                RangeRule.LeastSquares,
                RangeRule.RobustLeastSquares,
                RangeRule.DeviationFactor,
                RangeRule.Blend,
                ObservedRange {
    /** Thresholds that are tried on samples. */
    int FRACTIONS = 128;

    /** DFQ's rule with the six deviations of Nagel et al., ICCV 2019. */
    static RangeRule sixDeviations() {
        return new Deviations(6);
    }

    /**
     * The threshold of a tensor.
     *
     * @return positive, or 0 if the tensor is 0 everywhere; never above the largest bound of the tensor
     */
    double threshold(ClippedNormals tensor, IntegerRange range);

    /** Returns a threshold that also minds what runs of the network have shown of the tensor; rules that model a deviation ignore it. */
    default double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
        return threshold(tensor, range);
    }

    /** Returns the threshold of a tensor by whatever of the evidence the rule has a use for. */
    default double threshold(RangeEvidence evidence, IntegerRange range) {
        return evidence.observation()
                .map(observation -> threshold(evidence.model(), observation, range))
                .orElseGet(() -> threshold(evidence.model(), range));
    }

    /**
     * What suits the bits and the evidence. From 7 bits on, six deviations of what batch normalizations tell; a robust least
     * square of residual sums that may be negative, since how their terms are correlated is not known; and {@link Blend} where no
     * normalization tells anything. Below, a robust least square, with less doubt where the tensor was measured.
     */
    record Automatic() implements RangeRule {
        @Override
        public double threshold(ClippedNormals tensor, IntegerRange range) {
            return (range.bits() >= 7 ? sixDeviations() : new RobustLeastSquares(0.5)).threshold(tensor, range);
        }

        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            return (range.bits() >= 7 ? sixDeviations() : new RobustLeastSquares(0.25))
                    .threshold(tensor, observation, range);
        }

        @Override
        public double threshold(RangeEvidence evidence, IntegerRange range) {
            boolean fine = range.bits() >= 7 && evidence.observation().isPresent();
            if (fine && !evidence.normalized()) {
                return new Blend(0.25, 6).threshold(evidence, range);
            }
            if (fine && evidence.sum() && range.low() < 0) {
                return new RobustLeastSquares(0.5)
                        .threshold(evidence.model(), evidence.observation().get(), range);
            }
            return RangeRule.super.threshold(evidence, range);
        }
    }

    /**
     * Between what was seen and what is modelled: {@code r^(1 − d) · max(r, s)^d}, where r is a robust least square of what was
     * seen, s covers some deviations of every channel, and d is the depth of the tensor. What the first layers make of computed
     * pictures is what they make of real ones; the features of deep layers are excited less.
     *
     * @param octaves of the least square
     * @param deviations of the model
     */
    record Blend(double octaves, double deviations) implements RangeRule {
        @Override
        public double threshold(ClippedNormals tensor, IntegerRange range) {
            return new Deviations(deviations).threshold(tensor, range);
        }

        @Override
        public double threshold(RangeEvidence evidence, IntegerRange range) {
            double modelled = threshold(evidence.model(), range);
            if (evidence.observation().isEmpty()) {
                return modelled;
            }
            double seen = new RobustLeastSquares(octaves)
                    .threshold(evidence.model(), evidence.observation().get(), range);
            double blended = StrictMath.pow(seen, 1 - evidence.depth())
                    * StrictMath.pow(Math.max(seen, modelled), evidence.depth());
            double bound = evidence.bound(range);
            return bound > 0 ? Math.min(blended, bound) : blended;
        }
    }

    /** Covers β ± n·γ of every channel. */
    record Deviations(double count) implements RangeRule {
        @Override
        public double threshold(ClippedNormals tensor, IntegerRange range) {
            double threshold = 0;
            for (int c = 0; c < tensor.channels(); c++) {
                double reach = count * tensor.gamma(c);
                double top = Math.clamp(tensor.beta(c) + reach, tensor.low(), tensor.high(c));
                double bottom = Math.clamp(tensor.beta(c) - reach, tensor.low(), tensor.high(c));
                threshold = Math.max(threshold, range.low() < 0 ? Math.max(Math.abs(top), Math.abs(bottom)) : top);
            }
            return threshold;
        }
    }

    /** Minimises the expected squared error of clipping and rounding. */
    record LeastSquares() implements RangeRule {
        @Override
        public double threshold(ClippedNormals tensor, IntegerRange range) {
            var model = new ClippingModel(tensor, range);
            return minimum(t -> model.squaredError(t, 1), tensor, range, 1);
        }

        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            SampleErrors errors = new SampleErrors(observation, range);
            return minimum(t -> errors.squaredError(t, 1, Double.POSITIVE_INFINITY), errors.largest());
        }
    }

    /**
     * Minimises the expected squared error averaged over the doubt that the modelled values are 2^−k, 1 and 2^k times as
     * large, with weights ¼, ½, ¼. Where rounding is fine a wrong model then clips less.
     *
     * @param octaves k
     */
    record RobustLeastSquares(double octaves) implements RangeRule {
        @Override
        public double threshold(ClippedNormals tensor, IntegerRange range) {
            double up = Math.pow(2, octaves);
            double down = 1 / up;
            var model = new ClippingModel(tensor, range);
            return minimum(
                    t -> 0.25 * model.squaredError(t, down)
                            + 0.5 * model.squaredError(t, 1)
                            + 0.25 * model.squaredError(t, up),
                    tensor,
                    range,
                    up);
        }

        @Override
        public double threshold(ClippedNormals tensor, ValueObservation observation, IntegerRange range) {
            double up = Math.pow(2, octaves);
            double down = 1 / up;
            double cap = 0;
            for (int c = 0; c < tensor.channels(); c++) {
                cap = Math.max(cap, tensor.high(c));
            }
            double highest = cap;
            SampleErrors errors = new SampleErrors(observation, range);
            return minimum(
                    t -> 0.25 * errors.squaredError(t, down, highest)
                            + 0.5 * errors.squaredError(t, 1, highest)
                            + 0.25 * errors.squaredError(t, up, highest),
                    errors.largest());
        }
    }

    /**
     * SQuant's rule: a multiple, set by the bit width, of the deviation of all positive values of the tensor, here from the
     * model instead of a batch of noise. Wider than what is best for symmetric grids.
     */
    record DeviationFactor(int bits) implements RangeRule {
        private static final double SIGNED_DIVISOR = 1.25;

        @Override
        public double threshold(ClippedNormals tensor, IntegerRange range) {
            double deviation = deviation(tensor);
            if (deviation == 0) {
                return sixDeviations().threshold(tensor, range);
            }
            double highest = 0;
            for (int c = 0; c < tensor.channels(); c++) {
                highest = Math.max(highest, Math.max(tensor.high(c), -tensor.low()));
            }
            return Math.min(highest, factor() * deviation / (tensor.isNonNegative() ? 1 : SIGNED_DIVISOR));
        }

        private double factor() {
            return switch (bits) {
                case 8 -> 25;
                case 7 -> 19;
                case 6 -> 14;
                default -> 12;
            };
        }

        private static double deviation(ClippedNormals tensor) {
            Moments moments = tensor.moments();
            double mass = 0;
            double first = 0;
            double second = 0;
            for (int c = 0; c < tensor.channels(); c++) {
                mass += tensor.isNonNegative() ? tensor.activity(c) : 1;
                first += moments.mean(c);
                second += moments.variance(c) + moments.mean(c) * moments.mean(c);
            }
            if (mass == 0) {
                return 0;
            }
            return Math.sqrt(Math.max(0, second / mass - first / mass * (first / mass)));
        }
    }

    /** Of a function that samples make uneven: the least on a grid of fractions of the largest value. */
    private static double minimum(DoubleUnaryOperator error, double largest) {
        double best = largest;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 1; i <= FRACTIONS; i++) {
            double threshold = largest * i / FRACTIONS;
            double at = error.applyAsDouble(threshold);
            if (at < least) {
                least = at;
                best = threshold;
            }
        }
        return best;
    }

    private static double minimum(
            DoubleUnaryOperator error, ClippedNormals tensor, IntegerRange range, double widening) {
        double widest = new Deviations(8 * widening).threshold(tensor, range);
        return widest == 0 ? 0 : GoldenSection.minimum(error, widest * 1e-3, widest, widest * 1e-7);
    }
}
