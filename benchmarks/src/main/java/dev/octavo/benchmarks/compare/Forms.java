package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.report.Report;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the first setting of a network teaches about the forms of rivals, for the settings behind it.
 *
 * @param hopeless forms that need not be tried again, with the reason
 * @param millis of all that were tried
 */
record Forms(Map<String, String> hopeless, Map<String, Double> millis) {
    /** More threads or images do not turn forms around that differ by so much. */
    private static final double CLEARLY_SLOWER = 1.3;

    /** Copies the maps. */
    Forms {
        hopeless = Map.copyOf(hopeless);
        millis = Map.copyOf(millis);
    }

    static Forms of(List<Report.Contender> contenders) {
        Map<String, String> hopeless = new HashMap<>();
        Map<String, Double> millis = new HashMap<>();
        for (Report.Contender contender : contenders) {
            if (contender.screening() == 0) {
                hopeless.put(contender.name(), contender.failure());
                continue;
            }
            millis.put(contender.name(), contender.screening());
            double best = contenders.stream()
                    .filter(other -> other.rival() == contender.rival()
                            && other.int8() == contender.int8()
                            && other.screening() > 0)
                    .mapToDouble(Report.Contender::screening)
                    .min()
                    .orElse(Double.POSITIVE_INFINITY);
            if (contender.screening() > CLEARLY_SLOWER * best && !contender.measured()) {
                hopeless.put(
                        contender.name(),
                        String.format(
                                Locale.ROOT,
                                "%s%.1f times its rival's fastest form in the first setting",
                                Report.NOT_TRIED,
                                contender.screening() / best));
            }
        }
        return new Forms(hopeless, millis);
    }
}
