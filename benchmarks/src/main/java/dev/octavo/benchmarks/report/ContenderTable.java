package dev.octavo.benchmarks.report;

import static dev.octavo.benchmarks.report.ReportPage.escape;
import static dev.octavo.benchmarks.report.ReportPage.format;

import dev.octavo.benchmarks.measure.Timing;
import java.util.Optional;

/** One setting of a network: bars of those that had rounds, and a table of all. */
final class ContenderTable {
    private ContenderTable() {}

    static void append(StringBuilder page, Report.Network network, Report.Machine machine, int threads, int batch) {
        page.append(format(
                "<h3>%s, batch %d</h3>%n%s<div class=\"wide\"><table><tr><th>contender</th><th class=\"n\">ms per"
                        + " run</th><th class=\"n\">rounds</th>%s<th class=\"n\">GMAC/s</th><th class=\"n\">of"
                        + " peak</th><th class=\"n\">Octavo int8 takes</th><th class=\"n\">rounds</th></tr>%n",
                threads == 1 ? "One thread" : threads + " threads",
                batch,
                BarChart.render(network, threads, batch),
                batch == 1 ? "" : "<th class=\"n\">images/s</th>"));
        Optional<Timing> ours = network.timing(Report.OCTAVO, threads, batch);
        network.at(threads, batch).forEach(contender -> {
            if (contender.measured()) {
                measured(page, network, machine, contender, ours);
            } else {
                String figure = contender.screening() > 0 ? format("%.3f", contender.screening()) : "";
                page.append(format(
                        "<tr class=\"tried\"><td>%s</td><td class=\"n\">%s</td><td colspan=\"6\">%s</td></tr>%n",
                        escape(contender.name()), figure, escape(contender.failure())));
            }
        });
        page.append("</table></div>\n");
    }

    private static void measured(
            StringBuilder page,
            Report.Network network,
            Report.Machine machine,
            Report.Contender contender,
            Optional<Timing> ours) {
        Timing timing = contender.timing();
        int batch = contender.batch();
        double rate = network.macs() * 1e-6 * batch / timing.median();
        Optional<Timing> ratio = ours.map(o -> o.over(timing));
        page.append(format(
                "<tr><td>%s</td><td class=\"n\">%.3f</td><td class=\"n\">%.3f–%.3f</td>%s<td class=\"n\">%.1f</td>"
                        + "<td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>%n",
                escape(contender.name()),
                timing.median(),
                timing.least(),
                timing.most(),
                batch == 1 ? "" : format("<td class=\"n\">%.1f</td>", 1000 * batch / timing.median()),
                rate,
                machine.peak(contender.int8())
                        .map(peak -> format("%.0f %%", 100 * rate / peak / contender.threads()))
                        .orElse(""),
                ratio.map(r -> format("%.3f × ± %.3f", r.median(), 2 * r.uncertainty() * r.median()))
                        .orElse(""),
                ratio.map(r -> format("%.3f–%.3f", r.least(), r.most())).orElse("")));
    }
}
