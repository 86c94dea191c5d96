package dev.octavo.tools.convert;

import dev.octavo.tools.quantize.ObservedRange;
import dev.octavo.tools.quantize.RangeRule;
import dev.octavo.tools.quantize.WeightRange;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The names of rules on the command line: of a constant its own in lower case, with hyphens; of a rule with
 * a number {@code name:number}.
 */
public final class RuleNames {
    /** The rules for activation ranges. */
    public static final String RANGES = "auto, dfq[:deviations], mse, robust[:octaves], squant,"
            + " minmax, average[:share], mean-peak, percentile[:percent], entropy, ncnn, lp[:power]";

    /** The rules for weight ranges. */
    public static final String WEIGHT_RANGES = "auto, minmax, mse, percentile[:percent]";

    private RuleNames() {}

    /** The name of a constant. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The constant of a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static <E extends Enum<E>> E constant(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (of(constant).equals(name.toLowerCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw unknown(name, names(type));
    }

    /** The names of all constants of a type, for messages. */
    public static String names(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(RuleNames::of).collect(Collectors.joining(", "));
    }

    /**
     * The rule for activation ranges of a name.
     *
     * @param bits of activations
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static RangeRule range(String name, int bits) {
        Named rule = Named.of(name);
        return switch (rule.name) {
            case "auto" -> rule.without(new RangeRule.Automatic());
            case "dfq" -> new RangeRule.Deviations(rule.numberOr(6));
            case "mse" -> rule.without(new RangeRule.LeastSquares());
            case "robust" -> new RangeRule.RobustLeastSquares(rule.numberOr(0.5));
            case "minmax" -> rule.without(new ObservedRange.MinMax());
            case "average" -> new ObservedRange.MovingAverage(rule.numberOr(0.01));
            case "mean-peak" -> rule.without(new ObservedRange.MeanPeak());
            case "percentile" -> new ObservedRange.Percentile(rule.numberOr(99.99));
            case "entropy" -> rule.without(new ObservedRange.Entropy());
            case "ncnn" -> rule.without(new ObservedRange.NcnnEntropy());
            case "lp" -> new ObservedRange.LeastPower(rule.numberOr(2.4));
            case "squant" -> rule.without(new RangeRule.DeviationFactor(bits));
            default -> throw unknown(name, RANGES);
        };
    }

    /**
     * The rule for weight ranges of a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static WeightRange weightRange(String name) {
        Named rule = Named.of(name);
        return switch (rule.name) {
            case "auto" -> rule.without(new WeightRange.Automatic());
            case "minmax" -> rule.without(new WeightRange.MinMax());
            case "mse" -> rule.without(new WeightRange.LeastSquares());
            case "percentile" -> new WeightRange.Percentile(rule.numberOr(99.99));
            default -> throw unknown(name, WEIGHT_RANGES);
        };
    }

    private static IllegalArgumentException unknown(String name, String known) {
        return new IllegalArgumentException("there is no '" + name + "'; choose one of " + known);
    }

    /** A name, and the number behind its colon. */
    private record Named(String text, String name, String number) {
        static Named of(String text) {
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            return new Named(text, name.toLowerCase(Locale.ROOT), colon < 0 ? "" : text.substring(colon + 1));
        }

        double numberOr(double missing) {
            if (number.isEmpty() && !text.endsWith(":")) {
                return missing;
            }
            try {
                double value = Double.parseDouble(number);
                if (value > 0 && Double.isFinite(value)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' does not end in a number", e);
            }
            throw new IllegalArgumentException("the number of '" + text + "' must be positive");
        }

        <T> T without(T rule) {
            if (!number.isEmpty()) {
                throw new IllegalArgumentException("'" + name + "' takes no number, but is '" + text + "'");
            }
            return rule;
        }
    }
}
