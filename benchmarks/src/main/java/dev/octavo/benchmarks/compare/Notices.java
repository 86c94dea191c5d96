package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.measure.JavaProcess;
import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.Rival;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a reader of a report must know before believing it. */
final class Notices {
    /** Twice the standard error of a ratio that would let a second run differ by more than 5 %. */
    private static final double UNCERTAIN = 0.025;

    private static final double QUIET_LOAD = 0.5;

    private Notices() {}

    /**
     * The notices.
     *
     * @param load average before the run
     */
    static List<String> of(List<Report.Network> networks, double load) {
        List<String> notices = new ArrayList<>();
        if (load > QUIET_LOAD) {
            notices.add(String.format(
                    Locale.ROOT, "Other programs were running: the load average was %.1f at the start.", load));
        }
        if (!JavaProcess.canPin()) {
            notices.add("There is no taskset here: threads were not kept on CPUs of their own.");
        }
        noise(networks).ifPresent(notices::add);
        for (Report.Network network : networks) {
            for (Report.Contender contender : network.contenders()) {
                if (!contender.failure().isEmpty() && contender.screening() == 0 && !leftOut(contender)) {
                    notices.add(network.id() + ": " + contender.name() + " failed: " + contender.failure());
                }
            }
            shortOfTime(network).ifPresent(notices::add);
            if (!network.agreement().failure().isEmpty()) {
                notices.add(network.id() + ": the answers could not be compared with ONNX Runtime's: "
                        + network.agreement().failure());
            }
        }
        return notices.stream().distinct().toList();
    }

    private static boolean leftOut(Report.Contender contender) {
        return contender.failure().startsWith(Report.NOT_TRIED);
    }

    /** What a longer run would have measured. */
    private static Optional<String> shortOfTime(Report.Network network) {
        List<String> settings = network.contenders().stream()
                .filter(c -> c.failure().contains(Report.NO_TIME))
                .collect(Collectors.groupingBy(
                        c -> (c.threads() == 1 ? "one thread" : c.threads() + " threads") + ", batch " + c.batch(),
                        LinkedHashMap::new,
                        Collectors.counting()))
                .entrySet()
                .stream()
                .map(setting -> setting.getValue() + " at " + setting.getKey())
                .collect(Collectors.toCollection(ArrayList::new));
        if (network.starts().stream().anyMatch(start -> start.failure().contains(Report.NO_TIME))) {
            settings.add("cold starts");
        }
        return settings.isEmpty()
                ? Optional.empty()
                : Optional.of(network.id() + ": for lack of time these were not tried, or had no rounds: "
                        + String.join("; ", settings) + ". More --minutes measure them.");
    }

    private static Optional<String> noise(List<Report.Network> networks) {
        int uncertain = 0;
        int all = 0;
        for (Report.Network network : networks) {
            for (Report.Contender contender : network.contenders()) {
                Optional<Timing> ours = network.timing(Report.OCTAVO, contender.threads(), contender.batch());
                if (contender.measured() && contender.rival() != Rival.OCTAVO && ours.isPresent()) {
                    all++;
                    uncertain += ours.get().over(contender.timing()).uncertainty() > UNCERTAIN ? 1 : 0;
                }
            }
        }
        return uncertain == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "Noisy: a second run may give ratios that differ by more than 5 %% for %d of %d contenders.",
                        uncertain,
                        all));
    }
}
