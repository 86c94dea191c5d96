package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.measure.Timing;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The report as one self-contained page: no script, no font, no picture from elsewhere. */
final class ReportPage {
    private static final String STYLE = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
        h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem;border-top:1px solid #d5dae1;padding-top:1rem}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
        td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}td.n,th.n{text-align:right}
        .notice{background:#fff4d6;border-left:4px solid #d9a400;padding:.4rem .8rem;margin:.4rem 0}
        code{background:#eef1f5;padding:.1rem .3rem}svg{max-width:100%;height:auto}
        """;

    private ReportPage() {}

    static String render(Report report) {
        StringBuilder page = new StringBuilder();
        page.append("""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Octavo benchmarks</title>
            <style>
            """);
        page.append(STYLE);
        page.append("""
            </style></head><body>
            <h1>Octavo against its rivals</h1>
            """);
        head(page, report);
        report.notices()
                .forEach(n ->
                        page.append("<p class=\"notice\">").append(escape(n)).append("</p>\n"));
        summary(page, report);
        for (Report.Network network : report.networks()) {
            page.append("<h2>").append(escape(network.id())).append("</h2>\n");
            page.append(format(
                    "<p>%.1f M parameters, %.3f GMAC. Converted in %.1f s; from the model in memory to a session %.0f"
                            + " ms, its first run %.1f ms.</p>%n",
                    network.parameters() * 1e-6,
                    network.macs() * 1e-9,
                    network.conversionSeconds(),
                    network.loadMillis(),
                    network.firstRunMillis()));
            page.append(BarChart.render(network));
            contenders(page, network, report.machine());
            network.agreement().ifPresent(a -> agreement(page, a));
            page.append(RooflineChart.render(network, report.machine()));
        }
        return page.append("</body></html>\n").toString();
    }

    private static void head(StringBuilder page, Report report) {
        page.append(format(
                "<p>%s, %d CPUs, %s. Measured %s within %.0f s by <code>%s</code>.</p>%n<table>",
                escape(report.machine().cpu()),
                report.machine().cpus(),
                escape(report.machine().instructionSet()),
                escape(report.date()),
                report.seconds(),
                escape(report.command())));
        report.versions()
                .forEach((name, version) ->
                        page.append(format("<tr><td>%s</td><td>%s</td></tr>", escape(name), escape(version))));
        for (Map.Entry<String, Double> peak : report.machine().peaks().entrySet()) {
            page.append(format(
                    "<tr><td>peak of one core, %s</td><td>%.1f</td></tr>", escape(peak.getKey()), peak.getValue()));
        }
        page.append("""
            </table>
            <p>All contenders of a network run in the same process, in interleaved rounds; every other round goes
            backwards. A time is the median of the rounds' medians for one image, with the least and the greatest round.
            A ratio is the median of the rounds' ratios. One thread is pinned to one CPU.</p>
            """);
    }

    private static void summary(StringBuilder page, Report report) {
        page.append("<h2>Summary, one thread</h2>\n<table><tr><th>network</th><th class=\"n\">Octavo int8</th>"
                + "<th class=\"n\">best rival at int8</th><th class=\"n\">Octavo takes</th>"
                + "<th class=\"n\">of Octavo float</th><th class=\"n\">of int8 peak</th></tr>");
        for (Report.Network network : report.networks()) {
            ReadmeTable.Row row = ReadmeTable.Row.of(network, report.machine());
            page.append(format(
                    "<tr><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td>"
                            + "<td class=\"n\">%s</td><td class=\"n\">%s</td></tr>",
                    escape(network.id()), row.ours(), row.rival(), row.ratio(), row.ofFloat(), row.ofPeak()));
        }
        page.append("</table>\n");
    }

    private static void contenders(StringBuilder page, Report.Network network, Report.Machine machine) {
        page.append("<table><tr><th>contender</th><th class=\"n\">threads</th><th class=\"n\">ms</th>"
                + "<th class=\"n\">rounds</th><th class=\"n\">GMAC/s</th><th class=\"n\">of peak</th>"
                + "<th class=\"n\">Octavo int8 takes</th></tr>");
        for (Report.Contender contender : network.contenders()) {
            Optional<Timing> timing = network.timing(contender.name(), contender.threads());
            if (timing.isEmpty()) {
                page.append(format(
                        "<tr><td>%s</td><td class=\"n\">%d</td><td colspan=\"5\">%s</td></tr>",
                        escape(contender.name()), contender.threads(), escape(contender.failure())));
                continue;
            }
            double rate = network.macs() * 1e-6 / timing.get().median();
            double peak = machine.peaks()
                    .getOrDefault(contender.int8() ? Report.Machine.INT8 : Report.Machine.FLOAT, Double.NaN);
            String ratio = network.timing(Report.OCTAVO, contender.threads())
                    .map(ours -> ours.over(timing.get()))
                    .map(r -> format("%.3f × [%.3f–%.3f]", r.median(), r.least(), r.most()))
                    .orElse("");
            page.append(format(
                    "<tr><td>%s</td><td class=\"n\">%d</td><td class=\"n\">%.3f</td><td class=\"n\">%.3f–%.3f</td>"
                            + "<td class=\"n\">%.1f</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>",
                    escape(contender.name()),
                    contender.threads(),
                    timing.get().median(),
                    timing.get().least(),
                    timing.get().most(),
                    rate,
                    Double.isNaN(peak) ? "" : format("%.0f %%", 100 * rate / peak / contender.threads()),
                    ratio));
        }
        page.append("</table>\n");
    }

    private static void agreement(StringBuilder page, Report.Agreed a) {
        page.append(format(
                "<p>Agreement with ONNX Runtime's QDQ form of the same network: where every operation reads the same"
                        + " codes, %.4f %% of the codes are equal and none differs by more than %d (least equal: %s)."
                        + " Where each runtime computes the whole network, %.2f %% are equal, the largest difference is"
                        + " %d, and logits differ by at most %.2f %% of the largest: deep networks of random weights"
                        + " amplify single flips.</p>%n",
                100 * a.equal(),
                a.largest(),
                escape(a.worst()),
                100 * a.chainedEqual(),
                a.chainedLargest(),
                100 * a.logits()));
    }

    static String format(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
