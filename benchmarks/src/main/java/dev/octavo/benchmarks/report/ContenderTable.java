package dev.octavo.benchmarks.report;

import static dev.octavo.benchmarks.report.ReportPage.escape;
import static dev.octavo.benchmarks.report.ReportPage.format;

import dev.octavo.benchmarks.measure.Timing;
import java.util.List;
import java.util.Optional;

/** One setting of a network: bars of those that had rounds, and a table of all. */
final class ContenderTable {
    private ContenderTable() {}

    static void append(StringBuilder page, Report.Network network, Report.Machine machine, int threads, int batch) {
        String heading = format("%s, batch %d", threads == 1 ? "One thread" : threads + " threads", batch);
        List<String> reasons = network.at(threads, batch)
                .map(contender -> contender.screening() > 0 ? "" : contender.failure())
                .distinct()
                .toList();
        if (reasons.size() == 1 && !reasons.getFirst().isEmpty()) {
            page.append(format("<h3>%s</h3>%n<p>%s</p>%n", heading, escape(reasons.getFirst())));
            return;
        }
        page.append(format(
                "<h3>%s</h3>%n%s<div class=\"wide\"><table><tr><th>contender</th><th class=\"n\">ms per"
                        + " run</th><th class=\"n\">rounds</th>%s<th class=\"n\">GMAC/s</th><th class=\"n\">of"
                        + " peak</th><th class=\"n\">Octavo int8 takes</th><th class=\"n\">rounds</th><th"
                        + " class=\"n\">logits differ by</th></tr>%n",
                heading, BarChart.render(network, threads, batch), batch == 1 ? "" : "<th class=\"n\">images/s</th>"));
        Optional<Timing> ours = network.timing(Report.OCTAVO, threads, batch);
        network.at(threads, batch).forEach(contender -> {
            if (contender.measured()) {
                measured(page, network, machine, contender, ours);
            } else {
                String figure = contender.screening() > 0 ? format("%.3f", contender.screening()) : "";
                page.append(format(
                        "<tr class=\"tried\"><td>%s</td><td class=\"n\">%s</td><td colspan=\"%d\">%s</td><td"
                                + " class=\"n\">%s</td></tr>%n",
                        escape(contender.name()),
                        figure,
                        batch == 1 ? 5 : 6,
                        escape(contender.failure()),
                        difference(contender)));
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
                "<tr><td>%s</td><td class=\"n\">%.3f</td><td class=\"n\">%.3f–%.3f</td>%s<td class=\"n\">%.1f</td><td"
                        + " class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td"
                        + " class=\"n\">%s</td></tr>%n",
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
                ratio.map(r -> format("%.3f–%.3f", r.least(), r.most())).orElse(""),
                difference(contender)));
    }

    private static String difference(Report.Contender contender) {
        Double difference = contender.difference();
        return difference == null ? "" : format("%.2f %%", 100 * difference);
    }
}
