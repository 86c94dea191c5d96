package dev.octavo.benchmarks.report;

import static dev.octavo.benchmarks.report.ReportPage.escape;
import static dev.octavo.benchmarks.report.ReportPage.format;

import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.rivals.Rival;
import java.util.List;

/**
 * Milliseconds of one image for the contenders of one setting that had rounds, as horizontal bars; whiskers reach from the
 * least round to the greatest.
 */
final class BarChart {
    private static final int LABELS = 400;
    private static final int BARS = 420;
    private static final int VALUES = 90;
    private static final int STEP = 24;
    private static final int WIDTH = LABELS + BARS + VALUES;

    private BarChart() {}

    static String render(Report.Network network, int threads, int batch) {
        List<Report.Contender> shown =
                network.at(threads, batch).filter(Report.Contender::measured).toList();
        double longest = shown.stream()
                .mapToDouble(contender -> contender.timing().most())
                .max()
                .orElse(1);
        StringBuilder svg = new StringBuilder(format(
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" font-size=\"13\""
                        + " font-family=\"system-ui,sans-serif\">",
                WIDTH, STEP * shown.size() + 6, WIDTH));
        for (int i = 0; i < shown.size(); i++) {
            Report.Contender contender = shown.get(i);
            Timing timing = contender.timing();
            int y = i * STEP;
            svg.append(format(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                            + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"%s\"/>"
                            + "<path d=\"M%.1f %dH%.1f\" stroke=\"#1c2430\"/>"
                            + "<text x=\"%.1f\" y=\"%d\">%.2f ms</text>",
                    LABELS - 8,
                    y + 17,
                    escape(contender.name()),
                    LABELS,
                    y + 5,
                    BARS * timing.median() / longest,
                    colour(contender),
                    LABELS + BARS * timing.least() / longest,
                    y + 13,
                    LABELS + BARS * timing.most() / longest,
                    LABELS + BARS * timing.most() / longest + 6,
                    y + 17,
                    timing.median() / batch));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String colour(Report.Contender contender) {
        if (contender.rival() == Rival.OCTAVO) {
            return contender.int8() ? "#0b6e4f" : "#8fc9b3";
        }
        if (!contender.rival().wholeNetworks()) {
            return contender.int8() ? "#667085" : "#c3c9d4";
        }
        return contender.int8() ? "#d1495b" : "#e8a5ae";
    }
}
