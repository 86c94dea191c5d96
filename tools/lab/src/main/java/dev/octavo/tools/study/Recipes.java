package dev.octavo.tools.study;

import dev.octavo.tools.options.ActivationOptions;
import dev.octavo.tools.options.BiasCorrectionRule;
import dev.octavo.tools.options.DistillationRecipe;
import dev.octavo.tools.options.Equalization;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.options.Rewrites;
import dev.octavo.tools.options.StatisticsSource;
import dev.octavo.tools.options.WeightOptions;
import dev.octavo.tools.quantize.RangeRule;
import dev.octavo.tools.quantize.WeightRange;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScope;
import java.util.OptionalDouble;

/** What papers did, in the terms of this converter. */
final class Recipes {
    private static final Rewrites NO_REWRITES =
            new Rewrites(false, false, Equalization.NONE, false, OptionalDouble.empty());

    private Recipes() {}

    /** Weights per channel, no correction of biases, ranges by SQuant's multiple of the deviation. */
    static QuantizationOptions squant(int bits, WeightRounding rounding) {
        return published(
                weights(bits, rounding, WeightScope.CHANNEL),
                ActivationOptions.forBits(bits).withRanges(new RangeRule.DeviationFactor(bits)));
    }

    /** Returns options of ISQuant: one scale per tensor, signed activations. */
    static QuantizationOptions isquant(int bits) {
        return squant(bits, WeightRounding.SQUANT).withScope(WeightScope.TENSOR).withSignedActivations(true);
    }

    /** Nearest rounding with one scale per tensor and six deviations, where DFQ begins, and steps of it. */
    static QuantizationOptions dfq(boolean relu, boolean equalized, boolean corrected, boolean weightsClipped) {
        Rewrites rewrites =
                NO_REWRITES.withRelu6ToRelu(relu).withEqualization(equalized ? Equalization.CLE : Equalization.NONE);
        return published(
                        weights(8, WeightRounding.NEAREST, WeightScope.TENSOR),
                        ActivationOptions.forBits(8).withRanges(RangeRule.sixDeviations()))
                .withRewrites(weightsClipped ? rewrites.withWeightLimit(15) : rewrites)
                .withBiasCorrection(corrected ? BiasCorrectionRule.ANALYTIC : BiasCorrectionRule.NONE);
    }

    /** Returns options with ranges from images that are distilled from batch normalizations. */
    static QuantizationOptions distilled(QuantizationOptions options, DistillationRecipe recipe) {
        return options.withStatistics(new StatisticsSource.Distilled(recipe, StatisticsSource.Distilled.IMAGES, 0, 1))
                .withRanges(new RangeRule.LeastSquares());
    }

    private static WeightOptions weights(int bits, WeightRounding rounding, WeightScope scope) {
        return WeightOptions.forBits(bits)
                .withRounding(rounding)
                .withScope(scope)
                .withRange(new WeightRange.MinMax());
    }

    private static QuantizationOptions published(WeightOptions weights, ActivationOptions activations) {
        return QuantizationOptions.forBits(8)
                .withWeights(weights)
                .withActivations(activations)
                .withRewrites(NO_REWRITES)
                .withBiasCorrection(BiasCorrectionRule.NONE)
                .withStatistics(new StatisticsSource.Analytic());
    }
}
