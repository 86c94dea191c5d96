package dev.octavo.benchmarks.report;

import static dev.octavo.benchmarks.report.ReportPage.format;

import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.rivals.Rival;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the README's performance table of one kind of CPU from a report, and puts it between two markers. */
final class ReadmeTable {
    private static final String END = "<!-- end of the table -->";
    private static final String MISSING = "–";

    private ReadmeTable() {}

    /** Heads of the columns of {@link #row}. */
    static final List<String> COLUMNS = List.of(
            "network, 224×224, batch 1, one thread",
            "Octavo int8",
            "best int8 of ONNX Runtime",
            "Octavo takes of that",
            "best int8 of TensorFlow Lite",
            "Octavo takes of that",
            "of Octavo's float baseline",
            "share of the int8 peak");

    /** One network on one thread, as text; what was not measured is a dash. */
    static List<String> row(Report.Network network, Report.Machine machine) {
        Optional<Timing> ours = network.timing(Report.OCTAVO, 1, 1);
        Optional<Timing> onnx = best(network, Rival.ONNX_RUNTIME);
        Optional<Timing> lite = best(network, Rival.TENSORFLOW_LITE);
        Optional<Timing> inFloat = network.timing(Report.OCTAVO_FLOAT, 1, 1);
        return List.of(
                network.id(),
                millis(ours),
                millis(onnx),
                ratio(ours, onnx),
                millis(lite),
                ratio(ours, lite),
                ratio(ours, inFloat),
                ours.flatMap(o -> machine.peak(true)
                                .map(peak -> format("%.0f %%", 100 * network.macs() * 1e-6 / o.median() / peak)))
                        .orElse(MISSING));
    }

    private static Optional<Timing> best(Report.Network network, Rival rival) {
        return network.best(rival, true, 1, 1).map(Report.Contender::timing);
    }

    private static String millis(Optional<Timing> timing) {
        return timing.map(t -> format("%.2f ms", t.median())).orElse(MISSING);
    }

    private static String ratio(Optional<Timing> ours, Optional<Timing> theirs) {
        return ours.flatMap(o -> theirs.map(o::over))
                .map(r -> format("%.2f × [%.2f–%.2f]", r.median(), r.least(), r.most()))
                .orElse(MISSING);
    }

    /** The table in Markdown. */
    static String render(Report report) {
        StringBuilder table = new StringBuilder();
        line(table, COLUMNS);
        line(table, Stream.generate(() -> "---").limit(COLUMNS.size()).toList());
        report.networks().forEach(network -> line(table, row(network, report.machine())));
        table.append(format(
                "%n%s (%s), one of %d CPUs; %s; %s. Ratios are medians over interleaved rounds, with the least and the"
                        + " greatest. To repeat: `%sbenchmarks/bin/benchmark`.%n",
                report.machine().cpu(),
                report.machine().instructionSet(),
                report.machine().cpus(),
                report.versions().entrySet().stream()
                        .filter(version -> !version.getKey().equals("system"))
                        .map(version ->
                                (version.getKey().equals("JVM") ? "" : version.getKey() + " ") + version.getValue())
                        .collect(Collectors.joining("; ")),
                report.date().substring(0, 10),
                report.machine().instructionSet().equals("avx2") ? "OCTAVO_JAVA_OPTS=-Doctavo.isa=avx2 " : ""));
        return table.toString();
    }

    private static void line(StringBuilder table, List<String> cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /**
     * Returns the README with the table of a report in place of the one for CPUs with the same instruction set.
     *
     * @throws IllegalArgumentException if the markers are missing
     */
    static String insert(String readme, Report report) {
        String first = "<!-- performance with " + report.machine().instructionSet()
                + ": written by benchmarks/bin/benchmark readme -->";
        int begin = readme.indexOf(first);
        int end = begin < 0 ? -1 : readme.indexOf(END, begin);
        if (end < 0) {
            throw new IllegalArgumentException("README.md must have the lines \"" + first + "\" and \"" + END + "\"");
        }
        return readme.substring(0, begin + first.length()) + "\n" + render(report) + "\n" + readme.substring(end);
    }
}
