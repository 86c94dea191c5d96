package dev.octavo.tools.cli;

import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.RuleNames;
import dev.octavo.tools.options.ActivationOptions;
import dev.octavo.tools.options.BiasCorrectionRule;
import dev.octavo.tools.options.DistillationRecipe;
import dev.octavo.tools.options.Equalization;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.options.Rewrites;
import dev.octavo.tools.options.StatisticsSource;
import dev.octavo.tools.options.WeightOptions;
import dev.octavo.tools.quantize.RangeRule;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScope;
import java.lang.reflect.Member;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a network is to be quantized, as far as the command line says. */
final class QuantizationArguments {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--bits", paramLabel = "N", description = "Bits of weights and activations, 2 to 8; 8 by default.")
    private @Nullable Integer bits;

    @Option(names = "--weight-bits", paramLabel = "N", description = "Bits of weights, if others than --bits.")
    private @Nullable Integer weightBits;

    @Option(
            names = "--average-weight-bits",
            paramLabel = "N",
            description =
                    "Give each layer's weights a number of bits of its own, up to --weight-bits (8 by default), as"
                            + " much as its noise is worth; N per weight on average, which may be a fraction.")
    private @Nullable Double averageWeightBits;

    @Option(names = "--activation-bits", paramLabel = "N", description = "Bits of activations, if others than --bits.")
    private @Nullable Integer activationBits;

    @Option(
            names = "--rounding",
            paramLabel = "RULE",
            description =
                    "How weights are rounded: descent (the default, on what layers read; all of squant with --fast),"
                            + " squant (with stages E, K and C), squant-kernel (E and K), squant-channel (E and C),"
                            + " or nearest (E).")
    private @Nullable String rounding;

    @Option(
            names = "--weights",
            paramLabel = "SCOPE",
            description = "One weight scale per tensor (the default), per output channel, or channel-pow2: per output"
                    + " channel, apart by powers of two.")
    private @Nullable String scope;

    @Option(
            names = "--weight-range",
            paramLabel = "RULE",
            description = "How much of the weights a scale covers: " + RuleNames.WEIGHT_RANGES
                    + ". By default minmax from 7 bits on and mse below.")
    private @Nullable String weightRange;

    @Option(
            names = "--clip-weight",
            paramLabel = "LIMIT",
            description = "Clip weights to this magnitude first; 15 in data-free quantization as published.")
    private @Nullable Double weightLimit;

    @Option(
            names = "--activations",
            paramLabel = "TYPE",
            description = "auto (the default) stores activations that cannot be negative unsigned, int8 all signed.")
    private @Nullable String activations;

    @Option(
            names = "--ranges",
            paramLabel = "RULE",
            description = "How ranges of activations are chosen: " + RuleNames.RANGES
                    + ". By default dfq (six deviations) from 7 bits on and robust below.")
    private @Nullable String ranges;

    @Option(
            names = "--scales",
            paramLabel = "FILE",
            description =
                    "Scales of activations that are known: lines of a value's name and its scale, or a JSON object"
                            + " from names to scales; nothing is equalized then.")
    private @Nullable Path scales;

    @Option(
            names = "--equalization",
            paramLabel = "RULE",
            description =
                    "How channels are rescaled between layers: nsre (least noise), cle (equal weight ranges), none,"
                            + " or auto (the default): nsre with one scale per tensor, none otherwise.")
    private @Nullable String equalization;

    @Option(
            names = "--bias-correction",
            paramLabel = "RULE",
            description = "What biases make up for: measured (the default) and analytic, the mean error of rounding the"
                    + " weights, for inputs as they were measured or as batch normalizations know them;"
                    + " sequential, that of all layers before, too; none.")
    private @Nullable String biasCorrection;

    @Option(
            names = "--absorb-bias",
            negatable = true,
            description = "Move what activations surely exceed into the next layer's bias.")
    private @Nullable Boolean absorbHighBias;

    @Option(names = "--relu6-to-relu", negatable = true, description = "Drop the upper bounds of activations.")
    private @Nullable Boolean relu6ToRelu;

    @Option(
            names = "--keep-dead-channels",
            negatable = true,
            description = "Do not make channels constant whose variation cannot be seen behind their reader.")
    private @Nullable Boolean keepDeadChannels;

    @Option(
            names = "--fast",
            negatable = true,
            description = "Know activations from batch normalizations alone, without running the network.")
    private @Nullable Boolean fast;

    @Option(
            names = "--statistics",
            paramLabel = "SOURCE",
            description =
                    "From where it is known what activations look like: synthetic (the default) runs the network on"
                            + " computed pictures, analytic is --fast, distilled finds images by descent as ZeroQ"
                            + " published it, distilled-dfq in the way of data-free quantization.")
    private @Nullable String statistics;

    @Option(
            names = "--calibrate",
            paramLabel = "PATH",
            description = "Run the network on these pictures instead: a folder, a CIFAR-10 .bin file, or an IDX file;"
                    + " ranges are then robust:0.25 by default.")
    private @Nullable Path calibration;

    @Option(
            names = "--calibration-images",
            paramLabel = "N",
            description = "How many pictures of --calibrate are used, " + StatisticsSource.Calibration.IMAGES
                    + " by default, or images distilled, " + StatisticsSource.Distilled.IMAGES + " by default.")
    private @Nullable Integer calibrationImages;

    @Option(
            names = "--keep-float",
            split = ",",
            paramLabel = "LAYER",
            description = "Layers that stay in float, by the names that inspect shows.")
    private @Nullable Set<String> keepFloat;

    /** Names of the options that the command line gives. */
    List<String> given() {
        return command.commandLine().getParseResult().matchedOptionsSet().stream()
                .filter(option -> option.userObject() instanceof Member member
                        && member.getDeclaringClass() == QuantizationArguments.class)
                .map(OptionSpec::longestName)
                .toList();
    }

    /**
     * Bits of weights, if the command line says them. An average leaves it to {@code --weight-bits} where bits end.
     *
     * @throws ParameterException if they are none that exist
     */
    OptionalInt weightBits() {
        if (weightBits != null) {
            return checked("--weight-bits", weightBits);
        }
        OptionalInt common = checked("--bits", bits);
        return averageWeightBits == null || common.isEmpty() ? common : OptionalInt.of(ConversionOptions.DEFAULT_BITS);
    }

    /**
     * Bits of activations, if the command line says them.
     *
     * @throws ParameterException if they are none that exist
     */
    OptionalInt activationBits() {
        return activationBits == null ? checked("--bits", bits) : checked("--activation-bits", activationBits);
    }

    /**
     * Options of which the command line replaces what it says.
     *
     * @param options with the bits of the command line
     * @throws ParameterException if the command line says nonsense
     */
    QuantizationOptions over(QuantizationOptions options) {
        StatisticsSource source = statistics(options.statistics());
        ActivationOptions ofActivations = over(options.activations());
        if (calibration != null && ofActivations.ranges() instanceof RangeRule.Automatic) {
            ofActivations = ofActivations.withRanges(new RangeRule.RobustLeastSquares(0.25));
        }
        ActivationOptions chosen = ofActivations;
        QuantizationOptions result = parsed(
                "--ranges",
                () -> new QuantizationOptions(
                        over(options.weights()),
                        chosen,
                        over(options.rewrites()),
                        biasCorrection == null
                                ? options.biasCorrection()
                                : constant("--bias-correction", BiasCorrectionRule.class, biasCorrection),
                        options.floatLayers(),
                        source));
        return keepFloat == null ? result : result.withFloatLayers(keepFloat);
    }

    private StatisticsSource statistics(StatisticsSource standard) {
        if ((calibration != null ? 1 : 0) + (statistics != null ? 1 : 0) + (fast != null ? 1 : 0) > 1) {
            throw new ParameterException(
                    command.commandLine(), "--calibrate, --statistics and --fast exclude each other: give one of them");
        }
        if (calibrationImages != null && calibrationImages < 1) {
            throw new ParameterException(
                    command.commandLine(), "--calibration-images must be at least 1, not " + calibrationImages);
        }
        if (calibration != null) {
            return new StatisticsSource.Calibration(calibration, images(StatisticsSource.Calibration.IMAGES));
        }
        if (fast != null) {
            return fast ? new StatisticsSource.Analytic() : new StatisticsSource.Synthetic(1, 0);
        }
        if (statistics == null) {
            return standard;
        }
        return switch (statistics.toLowerCase(Locale.ROOT)) {
            case "analytic" -> new StatisticsSource.Analytic();
            case "synthetic" -> new StatisticsSource.Synthetic(1, images(0));
            case "distilled" -> distilled(DistillationRecipe.ZEROQ);
            case "distilled-dfq" -> distilled(DistillationRecipe.DFQ);
            default ->
                throw new ParameterException(
                        command.commandLine(),
                        "--statistics: there is no '" + statistics
                                + "'; choose one of synthetic, analytic, distilled, distilled-dfq");
        };
    }

    private StatisticsSource distilled(DistillationRecipe recipe) {
        return new StatisticsSource.Distilled(recipe, images(StatisticsSource.Distilled.IMAGES), 0, 1);
    }

    private int images(int missing) {
        return calibrationImages == null ? missing : calibrationImages;
    }

    private WeightOptions over(WeightOptions options) {
        WeightOptions result = options;
        Double average = averageWeightBits;
        if (average != null) {
            result = parsed("--average-weight-bits", () -> options.withAverageBits(average));
        }
        if (rounding != null) {
            result = result.withRounding(constant("--rounding", WeightRounding.class, rounding));
        }
        if (scope != null) {
            result = result.withScope(constant("--weights", WeightScope.class, scope));
        }
        String range = weightRange;
        return range == null ? result : result.withRange(parsed("--weight-range", () -> RuleNames.weightRange(range)));
    }

    private ActivationOptions over(ActivationOptions options) {
        ActivationOptions result = activations == null ? options : options.withSigned(signed(activations));
        if (scales != null) {
            result = result.withScales(ScaleFile.read(scales));
        }
        ActivationOptions scaled = result;
        String rule = ranges;
        return rule == null
                ? scaled
                : scaled.withRanges(parsed("--ranges", () -> RuleNames.range(rule, options.bits())));
    }

    private Rewrites over(Rewrites options) {
        Rewrites result = options;
        if (keepDeadChannels != null) {
            result = result.withFreezeDeadChannels(!keepDeadChannels);
        }
        if (relu6ToRelu != null) {
            result = result.withRelu6ToRelu(relu6ToRelu);
        }
        if (equalization != null) {
            result = result.withEqualization(constant("--equalization", Equalization.class, equalization));
        }
        if (absorbHighBias != null) {
            result = result.withAbsorbHighBias(absorbHighBias);
        }
        if (weightLimit != null) {
            if (!(weightLimit > 0)) {
                throw new ParameterException(
                        command.commandLine(), "--clip-weight must be above 0, not " + weightLimit);
            }
            result = result.withWeightLimit(weightLimit);
        }
        return result;
    }

    private OptionalInt checked(String option, @Nullable Integer number) {
        if (number == null) {
            return OptionalInt.empty();
        }
        if (number < 2 || number > 8) {
            throw new ParameterException(command.commandLine(), option + " must be 2 to 8, not " + number);
        }
        return OptionalInt.of(number);
    }

    private boolean signed(String type) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "auto" -> false;
            case "int8" -> true;
            default ->
                throw new ParameterException(
                        command.commandLine(), "--activations: there is no '" + type + "'; choose auto or int8");
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
