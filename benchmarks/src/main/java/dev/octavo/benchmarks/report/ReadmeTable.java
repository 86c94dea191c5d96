package dev.octavo.benchmarks.report;

import static dev.octavo.benchmarks.report.ReportPage.format;

import dev.octavo.benchmarks.measure.Timing;
import java.util.Optional;

/** The README's performance table, made from a report and put between two markers. */
final class ReadmeTable {
    private static final String BEGIN = "<!-- performance table: written by benchmarks/bin/benchmark readme -->";
    private static final String END = "<!-- end of the performance table -->";

    private ReadmeTable() {}

    /** One network on one thread, as text; what was not measured is a dash. */
    record Row(String ours, String rival, String ratio, String ofFloat, String ofPeak) {
        static Row of(Report.Network network, Report.Machine machine) {
            Optional<Timing> ours = network.timing(Report.OCTAVO, 1);
            Optional<Report.Contender> best = network.bestRival(1);
            Optional<Timing> rival = best.flatMap(b -> network.timing(b.name(), 1));
            Optional<Timing> inFloat = network.timing(Report.OCTAVO_FLOAT, 1);
            double peak = machine.peaks().getOrDefault(Report.Machine.INT8, Double.NaN);
            return new Row(
                    ours.map(t -> format("%.2f ms", t.median())).orElse("–"),
                    rival.map(t -> format("%.2f ms", t.median())).orElse("–"),
                    ours.flatMap(o -> rival.map(o::over)).map(Row::ratio).orElse("–"),
                    ours.flatMap(o -> inFloat.map(o::over)).map(Row::ratio).orElse("–"),
                    ours.filter(t -> !Double.isNaN(peak))
                            .map(t -> format("%.0f %%", 100 * network.macs() * 1e-6 / t.median() / peak))
                            .orElse("–"));
        }

        private static String ratio(Timing timing) {
            return format("%.2f × [%.2f–%.2f]", timing.median(), timing.least(), timing.most());
        }
    }

    /** The table in Markdown. */
    static String render(Report report) {
        StringBuilder table = new StringBuilder();
        table.append(
                "| network, 224×224, batch 1, one thread | Octavo int8 | best int8 of ONNX Runtime | Octavo takes of"
                        + " that | of Octavo's float baseline | share of the int8 peak |\n"
                        + "|---|---|---|---|---|---|\n");
        for (Report.Network network : report.networks()) {
            Row row = Row.of(network, report.machine());
            table.append(format(
                    "| %s | %s | %s | %s | %s | %s |%n",
                    network.id(), row.ours(), row.rival(), row.ratio(), row.ofFloat(), row.ofPeak()));
        }
        table.append(format(
                "%n%s (%s), one of %d CPUs; %s; ONNX Runtime %s; %s. Ratios are medians over interleaved rounds, with"
                        + " the least and the greatest. Repeat it with `%s`.%n",
                report.machine().cpu(),
                report.machine().instructionSet(),
                report.machine().cpus(),
                report.versions().getOrDefault("JVM", ""),
                report.versions().getOrDefault("ONNX Runtime", "missing"),
                report.date().substring(0, 10),
                report.command()));
        report.notices().forEach(n -> table.append("\n").append(n).append("\n"));
        return table.toString();
    }

    /**
     * The README with the table of a report.
     *
     * @throws IllegalArgumentException if the markers are missing
     */
    static String insert(String readme, Report report) {
        int begin = readme.indexOf(BEGIN);
        int end = readme.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("README.md must have the lines \"" + BEGIN + "\" and \"" + END + "\"");
        }
        return readme.substring(0, begin + BEGIN.length()) + "\n" + render(report) + "\n" + readme.substring(end);
    }
}
