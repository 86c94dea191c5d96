package dev.octavo.tools.convert;

import dev.octavo.tools.fidelity.Fidelity;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.options.StatisticsSource;
import dev.octavo.tools.quantize.WeightScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Sentences about what may be wrong with a conversion, each with the next step. */
final class Warnings {
    private static final int MOST_NAMED = 3;

    private Warnings() {}

    /** Of normalizations whose statistics cannot be true. */
    static List<String> ofContradictions(Map<String, Integer> contradicted) {
        if (contradicted.isEmpty()) {
            return List.of();
        }
        int channels =
                contradicted.values().stream().mapToInt(Integer::intValue).sum();
        return List.of("batch normalizations call " + channels + " channels constant that are not ("
                + named(contradicted.keySet().stream().sorted().toList())
                + "): their statistics were not believed; check the training or the export of the network");
    }

    /** Of a model that loses much. */
    static List<String> ofLoss(Fidelity fidelity, List<String> dearest, QuantizationOptions options) {
        if (!fidelity.doubtful()) {
            return List.of();
        }
        Fidelity.Output worst = fidelity.worst();
        String loss = fidelity.broken() ? "is probably useless" : "probably loses several points of accuracy";
        String text = String.format(
                Locale.ROOT,
                "the integer model %s: its output '%s' is expected at %.1f dB (good from %.0f dB)",
                loss,
                worst.name(),
                worst.sqnrDb(),
                Fidelity.DOUBTFUL_DB);
        if (!dearest.isEmpty()) {
            text += "; dearest are " + named(dearest);
        }
        return List.of(text + "; " + advice(dearest, options));
    }

    /** The options that would help, best first. */
    static String advice(List<String> dearest, QuantizationOptions options) {
        List<String> advice = new ArrayList<>();
        if (!(options.statistics() instanceof StatisticsSource.Calibration)) {
            advice.add("--calibrate PICTURES");
        }
        if (options.weights().scope() == WeightScope.TENSOR) {
            advice.add("--weights channel");
        }
        if (!dearest.isEmpty()) {
            advice.add("--keep-float " + String.join(",", dearest.subList(0, Math.min(MOST_NAMED, dearest.size()))));
        }
        return "try " + String.join(", or ", advice.isEmpty() ? List.of("more bits") : advice);
    }

    private static String named(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())));
        return names.size() > MOST_NAMED ? first + " and " + (names.size() - MOST_NAMED) + " more" : first;
    }
}
