package dev.octavo.benchmarks.report;

import static dev.octavo.benchmarks.report.ReportPage.escape;
import static dev.octavo.benchmarks.report.ReportPage.format;

import java.util.List;
import java.util.Map;

/**
 * Every layer of Octavo's int8 model in the roofline model (Williams, Waterman and Patterson 2009): multiply-accumulates per
 * second over multiply-accumulates per byte, below the roofs of the dot product and of the memory levels. Bytes are the
 * least that a layer moves, so that a layer whose tensors lie in a cache can exceed the roof of the memory behind it.
 */
final class RooflineChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 340;
    private static final int MARGIN = 50;
    private static final double LEAST_INTENSITY = 0.3;
    private static final double MOST_INTENSITY = 2000;
    private static final double LEAST_RATE = 5;
    private static final List<String> LEVELS = List.of("#1570cd", "#7a5af8", "#c4320a", "#344054");

    private RooflineChart() {}

    static String render(Report.Network network, Report.Machine machine) {
        Double peak = machine.peaks().get(Report.Machine.INT8);
        List<Report.Layer> layers = network.layers().stream()
                .filter(l -> l.macs() > 0 && l.bytes() > 0 && l.micros() > 0)
                .toList();
        if (peak == null || layers.isEmpty()) {
            return "";
        }
        Axes axes = new Axes(peak * 1.6);
        StringBuilder svg = new StringBuilder(format(
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" font-size=\"12\""
                        + " font-family=\"system-ui,sans-serif\">",
                WIDTH, HEIGHT, WIDTH));
        svg.append(format(
                "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#98a2b3\"/>",
                MARGIN, MARGIN / 2, HEIGHT - MARGIN, WIDTH - MARGIN / 2));
        for (double tick : new double[] {1, 10, 100, 1000}) {
            svg.append(format(
                    "<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>",
                    axes.x(tick), HEIGHT - MARGIN + 16, tick));
        }
        for (double tick : new double[] {10, 30, 100, 200}) {
            svg.append(format(
                    "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%.0f</text>", MARGIN - 6, axes.y(tick) + 4, tick));
        }
        svg.append(format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">MAC per byte</text><text x=\"4\""
                        + " y=\"14\">GMAC/s</text>",
                WIDTH / 2, HEIGHT - 12));
        line(svg, axes, LEAST_INTENSITY, peak, peak, "#98a2b3");
        svg.append(format(
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#5b6675\">int8 peak %.0f GMAC/s</text>",
                WIDTH - MARGIN / 2, axes.y(peak) - 5, peak));
        roofs(svg, axes, machine.peaks(), peak);
        for (Report.Layer layer : layers) {
            double rate = layer.macs() * 1e-3 / layer.micros();
            svg.append(format(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#0b6e4f\" fill-opacity=\"0.6\">"
                            + "<title>%s, %s: %.1f µs, %.0f GMAC/s, %.0f %% of peak</title></circle>",
                    axes.x((double) layer.macs() / layer.bytes()),
                    axes.y(rate),
                    escape(layer.name()),
                    escape(layer.kernel()),
                    layer.micros(),
                    rate,
                    100 * rate / peak));
        }
        return svg.append("</svg>\n").toString();
    }

    /** The roofs of the memory levels, named beside each other at the lower right, where no layer can lie. */
    private static void roofs(StringBuilder svg, Axes axes, Map<String, Double> peaks, double peak) {
        int level = 0;
        for (Map.Entry<String, Double> entry : peaks.entrySet()) {
            if (entry.getKey().startsWith(Report.Machine.READ)) {
                double bandwidth = entry.getValue();
                String colour = LEVELS.get(level % LEVELS.size());
                line(svg, axes, LEAST_RATE / bandwidth, LEAST_RATE, peak, colour);
                svg.append(format(
                        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"%s\">%s %.0f GB/s</text>",
                        WIDTH - MARGIN / 2,
                        HEIGHT - MARGIN - 70 + 16 * level,
                        colour,
                        escape(entry.getKey().substring(Report.Machine.READ.length())),
                        bandwidth));
                level++;
            }
        }
    }

    /** A roof from a point to the peak, or along the peak if it begins there. */
    private static void line(StringBuilder svg, Axes axes, double x, double y, double peak, String colour) {
        double left = Math.max(x, LEAST_INTENSITY);
        double rate = y == peak ? peak : y * left / x;
        double right = y == peak ? MOST_INTENSITY : x * peak / y;
        if (left < right) {
            svg.append(format(
                    "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"%s\" stroke-dasharray=\"4 3\"/>",
                    axes.x(left), axes.y(rate), axes.x(right), axes.y(peak), colour));
        }
    }

    /** Logarithmic axes; what lies outside is drawn on the border. */
    private record Axes(double mostRate) {
        double x(double intensity) {
            return MARGIN + (WIDTH - 1.5 * MARGIN) * share(intensity, LEAST_INTENSITY, MOST_INTENSITY);
        }

        double y(double rate) {
            return HEIGHT - MARGIN - (HEIGHT - 1.5 * MARGIN) * share(rate, LEAST_RATE, mostRate);
        }

        private static double share(double value, double least, double most) {
            return Math.clamp(Math.log(value / least) / Math.log(most / least), 0, 1);
        }
    }
}
