package dev.octavo.benchmarks.report;

import static dev.octavo.benchmarks.report.ReportPage.escape;
import static dev.octavo.benchmarks.report.ReportPage.format;

import dev.octavo.benchmarks.measure.Timing;
import java.util.List;

/** Milliseconds of all contenders of a network on one thread as horizontal bars; whiskers reach from round to round. */
final class BarChart {
    private static final int LABELS = 300;
    private static final int BARS = 460;
    private static final int STEP = 24;
    /** Bars longer than this many times Octavo's float baseline are cut, so that one slow form does not flatten the rest. */
    private static final double CUT = 1.5;

    private BarChart() {}

    static String render(Report.Network network) {
        List<Report.Contender> shown = network.contenders().stream()
                .filter(c -> c.threads() == 1 && c.failure().isEmpty())
                .toList();
        double longest =
                shown.stream().mapToDouble(Report.Contender::median).max().orElse(1);
        double limit = network.timing(Report.OCTAVO_FLOAT, 1)
                .map(t -> Math.min(longest, CUT * t.median()))
                .orElse(longest);
        StringBuilder svg = new StringBuilder(format(
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" font-size=\"13\""
                        + " font-family=\"system-ui,sans-serif\">",
                LABELS + BARS + 100, STEP * shown.size() + 6, LABELS + BARS + 100));
        for (int i = 0; i < shown.size(); i++) {
            Report.Contender contender = shown.get(i);
            Timing timing = network.timing(contender.name(), 1).orElseThrow();
            int y = i * STEP;
            double width = BARS * Math.min(timing.median(), limit) / limit;
            boolean ours = contender.name().startsWith("Octavo");
            String colour = contender.int8() ? ours ? "#0b6e4f" : "#d1495b" : ours ? "#8fc9b3" : "#e8a5ae";
            svg.append(format(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                            + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"%s\"/>"
                            + "<text x=\"%.1f\" y=\"%d\">%.2f ms%s</text>",
                    LABELS - 8,
                    y + 17,
                    escape(contender.name()),
                    LABELS,
                    y + 5,
                    width,
                    colour,
                    LABELS + width + 6,
                    y + 17,
                    timing.median(),
                    timing.median() > limit ? " (cut)" : ""));
            if (timing.most() <= limit) {
                svg.append(format(
                        "<path d=\"M%.1f %dH%.1f\" stroke=\"#1c2430\"/>",
                        LABELS + BARS * timing.least() / limit, y + 13, LABELS + BARS * timing.most() / limit));
            }
        }
        return svg.append("</svg>\n").toString();
    }
}
