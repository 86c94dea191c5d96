package dev.octavo.tools.options;

import dev.octavo.tools.quantize.ObservedRange;
import dev.octavo.tools.quantize.RangeRule;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScope;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a network is quantized.
 *
 * @param floatLayers names of the nodes whose layers stay in float
 * @param statistics from where it is known what activations look like
 */
public record QuantizationOptions(
        WeightOptions weights,
        ActivationOptions activations,
        Rewrites rewrites,
        BiasCorrectionRule biasCorrection,
        Set<String> floatLayers,
        StatisticsSource statistics) {
    /** Copies the set, in the order of the names. */
    public QuantizationOptions {
        floatLayers = Collections.unmodifiableSet(new TreeSet<>(floatLayers));
        if (activations.ranges() instanceof ObservedRange && statistics instanceof StatisticsSource.Analytic) {
            throw new IllegalArgumentException("this rule for ranges needs activations that are measured: on synthetic"
                    + " images, on pictures to calibrate with, or on distilled images");
        }
        Equalization equalization = rewrites.equalization();
        if (!activations.scales().isEmpty()
                && (equalization == Equalization.NSRE || equalization == Equalization.CLE)) {
            throw new IllegalArgumentException("scales are given for tensors as the network has them, but equalization"
                    + " would rescale their channels: switch it off");
        }
    }

    /** What suits most networks at a number of bits, of weights and activations. */
    public static QuantizationOptions forBits(int bits) {
        return forBits(bits, bits);
    }

    /** What suits most networks at a number of bits of weights, and one of activations. */
    public static QuantizationOptions forBits(int ofWeights, int ofActivations) {
        return new QuantizationOptions(
                WeightOptions.forBits(ofWeights),
                ActivationOptions.forBits(ofActivations),
                Rewrites.defaults(),
                BiasCorrectionRule.MEASURED,
                Set.of(),
                new StatisticsSource.Synthetic(1, 0));
    }

    /** Returns a copy with weights quantized in another way. */
    public QuantizationOptions withWeights(WeightOptions newWeights) {
        return new QuantizationOptions(newWeights, activations, rewrites, biasCorrection, floatLayers, statistics);
    }

    /** Returns a copy with activations quantized in another way. */
    public QuantizationOptions withActivations(ActivationOptions newActivations) {
        return new QuantizationOptions(weights, newActivations, rewrites, biasCorrection, floatLayers, statistics);
    }

    /** Returns a copy with other changes of the float network. */
    public QuantizationOptions withRewrites(Rewrites newRewrites) {
        return new QuantizationOptions(weights, activations, newRewrites, biasCorrection, floatLayers, statistics);
    }

    /** Returns a copy with another correction of biases. */
    public QuantizationOptions withBiasCorrection(BiasCorrectionRule rule) {
        return new QuantizationOptions(weights, activations, rewrites, rule, floatLayers, statistics);
    }

    /** Returns a copy with another rounding of weights. */
    public QuantizationOptions withRounding(WeightRounding rounding) {
        return withWeights(weights.withRounding(rounding));
    }

    /** Returns a copy with weight scales of another scope. */
    public QuantizationOptions withScope(WeightScope scope) {
        return withWeights(weights.withScope(scope));
    }

    /** Returns a copy with another rule for activation ranges. */
    public QuantizationOptions withRanges(RangeRule ranges) {
        return withActivations(activations.withRanges(ranges));
    }

    /** Returns a copy with activations that are all signed, or not. */
    public QuantizationOptions withSignedActivations(boolean signed) {
        return withActivations(activations.withSigned(signed));
    }

    /** Returns a copy with other layers in float. */
    public QuantizationOptions withFloatLayers(Set<String> newFloatLayers) {
        return new QuantizationOptions(weights, activations, rewrites, biasCorrection, newFloatLayers, statistics);
    }

    /** Returns a copy with another source of statistics. */
    public QuantizationOptions withStatistics(StatisticsSource newStatistics) {
        return new QuantizationOptions(weights, activations, rewrites, biasCorrection, floatLayers, newStatistics);
    }

    /** The equalization that is meant. */
    public Equalization equalization() {
        if (rewrites.equalization() != Equalization.AUTO) {
            return rewrites.equalization();
        }
        return weights.scope() == WeightScope.TENSOR && activations.scales().isEmpty()
                ? Equalization.NSRE
                : Equalization.NONE;
    }
}
