package dev.octavo.tools.cli;

import dev.octavo.tools.convert.RuleNames;
import dev.octavo.tools.passes.ActivationOptions;
import dev.octavo.tools.passes.BiasCorrectionRule;
import dev.octavo.tools.passes.Equalization;
import dev.octavo.tools.passes.QuantizationOptions;
import dev.octavo.tools.passes.Rewrites;
import dev.octavo.tools.passes.WeightOptions;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScope;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a network is to be quantized, as far as the command line says. */
final class QuantizationArguments {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--bits", paramLabel = "N", description = "Bits of weights and activations, 2 to 8; 8 by default.")
    private int bits = 8;

    @Option(names = "--weight-bits", paramLabel = "N", description = "Bits of weights, if others than --bits.")
    private @Nullable Integer weightBits;

    @Option(names = "--activation-bits", paramLabel = "N", description = "Bits of activations, if others than --bits.")
    private @Nullable Integer activationBits;

    @Option(
            names = "--rounding",
            paramLabel = "RULE",
            description =
                    "How weights are rounded: squant (the default, with stages E, K and C), squant-kernel (E and K),"
                            + " squant-channel (E and C), or nearest (E).")
    private String rounding = "squant";

    @Option(
            names = "--weights",
            paramLabel = "SCOPE",
            description = "One weight scale per tensor (the default), per output channel, or channel-pow2: per output"
                    + " channel, apart by powers of two.")
    private String scope = "tensor";

    @Option(
            names = "--weight-range",
            paramLabel = "RULE",
            description = "How much of the weights a scale covers: " + RuleNames.WEIGHT_RANGES
                    + ". By default minmax from 7 bits on and mse below.")
    private String weightRange = "auto";

    @Option(
            names = "--clip-weight",
            paramLabel = "LIMIT",
            description = "Clip weights to this magnitude first; 15 in data-free quantization as published.")
    private @Nullable Double weightLimit;

    @Option(
            names = "--activations",
            paramLabel = "TYPE",
            description = "auto (the default) stores activations that cannot be negative unsigned, int8 all signed.")
    private String activations = "auto";

    @Option(
            names = "--ranges",
            paramLabel = "RULE",
            description = "How ranges of activations are chosen: " + RuleNames.RANGES
                    + ". By default dfq (six deviations) from 7 bits on and robust below.")
    private String ranges = "auto";

    @Option(
            names = "--equalization",
            paramLabel = "RULE",
            description =
                    "How channels are rescaled between layers: nsre (least noise), cle (equal weight ranges), none,"
                            + " or auto (the default): nsre with one scale per tensor, none otherwise.")
    private String equalization = "auto";

    @Option(
            names = "--bias-correction",
            paramLabel = "RULE",
            description =
                    "What biases make up for: analytic (the default), the mean error of rounding the weights; none.")
    private String biasCorrection = "analytic";

    @Option(names = "--absorb-bias", description = "Move what activations surely exceed into the next layer's bias.")
    private boolean absorbHighBias;

    @Option(names = "--relu6-to-relu", description = "Drop the upper bounds of activations.")
    private boolean relu6ToRelu;

    @Option(
            names = "--keep-dead-channels",
            description = "Do not make channels constant whose variation cannot be seen behind their reader.")
    private boolean keepDeadChannels;

    @Option(
            names = "--keep-float",
            split = ",",
            paramLabel = "LAYER",
            description = "Layers that stay in float, by the names that inspect shows.")
    private List<String> keepFloat = List.of();

    /**
     * The options.
     *
     * @throws ParameterException if the command line says nonsense
     */
    QuantizationOptions options() {
        int ofWeights = weightBits == null ? checked("--bits", bits) : checked("--weight-bits", weightBits);
        int ofActivations =
                activationBits == null ? checked("--bits", bits) : checked("--activation-bits", activationBits);
        if (weightLimit != null && !(weightLimit > 0)) {
            throw new ParameterException(command.commandLine(), "--clip-weight must be above 0, not " + weightLimit);
        }
        return new QuantizationOptions(
                new WeightOptions(
                        ofWeights,
                        constant("--rounding", WeightRounding.class, rounding),
                        constant("--weights", WeightScope.class, scope),
                        parsed("--weight-range", () -> RuleNames.weightRange(weightRange, ofWeights))),
                new ActivationOptions(
                        ofActivations, signed(), parsed("--ranges", () -> RuleNames.range(ranges, ofActivations))),
                new Rewrites(
                        !keepDeadChannels,
                        relu6ToRelu,
                        constant("--equalization", Equalization.class, equalization),
                        absorbHighBias,
                        weightLimit == null ? OptionalDouble.empty() : OptionalDouble.of(weightLimit)),
                constant("--bias-correction", BiasCorrectionRule.class, biasCorrection),
                new HashSet<>(keepFloat));
    }

    private int checked(String option, int number) {
        if (number < 2 || number > 8) {
            throw new ParameterException(command.commandLine(), option + " must be 2 to 8, not " + number);
        }
        return number;
    }

    private boolean signed() {
        return switch (activations.toLowerCase(Locale.ROOT)) {
            case "auto" -> false;
            case "int8" -> true;
            default ->
                throw new ParameterException(
                        command.commandLine(), "--activations: there is no '" + activations + "'; choose auto or int8");
        };
    }

    private <E extends Enum<E>> E constant(String option, Class<E> type, String name) {
        return parsed(option, () -> RuleNames.constant(type, name));
    }

    private <T> T parsed(String option, Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), option + ": " + e.getMessage(), e);
        }
    }
}
