package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.measure.Timing;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The report as one self-contained page: no script, no font, no picture from elsewhere. */
final class ReportPage {
    private static final String STYLE = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:66rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
        h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.4rem;border-top:1px solid #d5dae1;padding-top:1rem}
        h3{font-size:1rem;margin:1.4rem 0 .4rem}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px;margin:.4rem 0}
        td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}
        th{border-bottom:1px solid #d5dae1;vertical-align:bottom}td.n,th.n{text-align:right;white-space:nowrap}
        tr.tried{color:#667085}.notice{background:#fff4d6;border-left:4px solid #d9a400;padding:.4rem .8rem;margin:.4rem 0}
        code{background:#eef1f5;padding:.1rem .3rem}svg{max-width:100%;height:auto;display:block}
        summary{cursor:pointer;margin:.4rem 0}.wide{overflow-x:auto}
        """;

    private ReportPage() {}

    static String render(Report report) {
        StringBuilder page = new StringBuilder();
        page.append("""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Octavo benchmarks</title>
            <meta name="viewport" content="width=device-width">
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
        page.append("<h2>Summary, one thread</h2>\n<div class=\"wide\"><table><tr>");
        ReadmeTable.COLUMNS.forEach(c -> page.append("<th>").append(escape(c)).append("</th>"));
        page.append("</tr>\n");
        report.networks().forEach(n -> row(page, ReadmeTable.row(n, report.machine())));
        page.append("</table></div>\n");
        report.networks().forEach(network -> network(page, network, report.machine()));
        return page.append("</body></html>\n").toString();
    }

    private static void row(StringBuilder page, List<String> cells) {
        page.append("<tr>");
        for (int i = 0; i < cells.size(); i++) {
            page.append(i == 0 ? "<td>" : "<td class=\"n\">")
                    .append(escape(cells.get(i)))
                    .append("</td>");
        }
        page.append("</tr>\n");
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
        report.versions().forEach((name, version) -> row(page, List.of(name, version)));
        report.machine()
                .peaks()
                .forEach((name, peak) -> row(page, List.of("peak of one core, " + name, format("%.1f", peak))));
        page.append("""
            </table>
            <p>Every form of every rival is tried shortly; the fastest of each rival in int8 and in float then meets Octavo
            in interleaved rounds within one process, every other round backwards. A time is the median of the rounds'
            medians, with the least and the greatest round. A ratio is the median of the rounds' ratios, with twice its
            standard error. Each number of threads has a process of its own, kept on as many CPUs. Forms that were only
            tried are grey. Octavo's float baseline takes part on one thread with one image only. oneDNN computes convolutions
            and fully connected layers, not whole networks. Logits differ by √(Σ (a − b)² / Σ a²) from those of Octavo in the
            same arithmetic, a: fast int8 forms round residuals once more and leave out clamps, TensorFlow Lite also pads
            otherwise and rounds the logits, all of which deep networks of random weights amplify.</p>
            """);
    }

    private static void network(StringBuilder page, Report.Network network, Report.Machine machine) {
        page.append("<h2>").append(escape(network.id())).append("</h2>\n");
        page.append(format(
                "<p>%.1f M parameters, %.3f GMAC. Converted to int8 in %.1f s.</p>%n",
                network.parameters() * 1e-6, network.macs() * 1e-9, network.conversionSeconds()));
        network.contenders().stream()
                .map(c -> List.of(c.threads(), c.batch()))
                .distinct()
                .sorted(Comparator.comparing((List<Integer> s) -> s.get(1)).thenComparing(s -> s.get(0)))
                .forEach(s -> ContenderTable.append(page, network, machine, s.get(0), s.get(1)));
        signed(page, network.signedCost());
        starts(page, network);
        agreement(page, network.agreement());
        if (!network.layers().isEmpty()) {
            page.append("<h3>Octavo int8 layer by layer, within a run of the whole network on one thread</h3>\n");
            page.append(RooflineChart.render(network, machine));
            layers(page, network, machine);
        }
    }

    private static void signed(StringBuilder page, Report.SignedCost cost) {
        cost.verdict()
                .ifPresent(verdict -> page.append(format(
                        "<h3>All activations signed</h3>%n<p>Takes %s; %d rounds of both alone on one thread.</p>%n",
                        verdict, cost.signed().size())));
    }

    private static void starts(StringBuilder page, Report.Network network) {
        if (network.starts().isEmpty()) {
            return;
        }
        page.append("<h3>From the start of a JVM to the first answer, on one CPU</h3>\n<table><tr><th>contender</th>"
                + "<th class=\"n\">ms</th><th class=\"n\">starts</th></tr>\n");
        for (Report.Start start : network.starts()) {
            if (start.millis().isEmpty()) {
                row(page, List.of(start.name(), "–", start.failure()));
            } else {
                Timing timing = Timing.of(start.millis());
                row(
                        page,
                        List.of(
                                start.name(),
                                format("%.0f", timing.median()),
                                format("%.0f–%.0f", timing.least(), timing.most())));
            }
        }
        page.append("</table>\n");
    }

    private static void agreement(StringBuilder page, Report.Agreed a) {
        page.append("<h3>Agreement with ONNX Runtime's QDQ form of the same network</h3>\n");
        if (!a.failure().isEmpty()) {
            page.append("<p>Not computed: ").append(escape(a.failure())).append("</p>\n");
            return;
        }
        page.append(format(
                "<p>Where every operation reads the same codes, %.4f %% of the codes are equal and none differs by"
                    + " more than %d. Where each runtime computes the whole network, %.2f %% are equal, the largest"
                    + " difference is %d, and logits differ by at most %.2f %% of the largest: deep networks of random"
                    + " weights amplify single flips.</p>%n<details><summary>Each of the %d quantized"
                    + " tensors</summary><table><tr><th>computed by</th><th class=\"n\">equal, same codes read</th><th"
                    + " class=\"n\">largest</th><th class=\"n\">equal, whole network</th><th"
                    + " class=\"n\">largest</th></tr>%n",
                100 * a.equal(),
                a.largest(),
                100 * a.chainedEqual(),
                a.chainedLargest(),
                100 * a.logits(),
                a.tensors().size()));
        for (Report.AgreedTensor tensor : a.tensors()) {
            row(
                    page,
                    List.of(
                            tensor.name(),
                            format("%.4f %%", 100 * tensor.equal()),
                            format("%d", tensor.largest()),
                            format("%.2f %%", 100 * tensor.chainedEqual()),
                            format("%d", tensor.chainedLargest())));
        }
        page.append("</table></details>\n");
    }

    private static void layers(StringBuilder page, Report.Network network, Report.Machine machine) {
        page.append("<details><summary>Each kernel</summary><div class=\"wide\"><table><tr><th>operation</th><th"
                + " class=\"n\">µs</th><th class=\"n\">GMAC/s</th><th class=\"n\">of"
                + " peak</th><th>kernel</th></tr>\n");
        for (Report.Layer layer : network.layers()) {
            double rate = layer.macs() * 1e-3 / layer.micros();
            boolean counts = layer.macs() > 0;
            page.append(format(
                    "<tr><td>%s</td><td class=\"n\">%.1f</td><td class=\"n\">%s</td><td"
                            + " class=\"n\">%s</td><td>%s</td></tr>%n",
                    escape(layer.name()),
                    layer.micros(),
                    counts ? format("%.1f", rate) : "",
                    counts
                            ? machine.peak(true)
                                    .map(p -> format("%.0f %%", 100 * rate / p))
                                    .orElse("")
                            : "",
                    escape(layer.kernel())));
        }
        page.append("</table></div></details>\n");
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
