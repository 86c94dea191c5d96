package dev.octavo.tools.report;

import dev.octavo.tools.compare.Histogram;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A histogram as a small SVG: the float network's values as an area, the model's as a line, on a logarithmic scale. */
final class HistogramChart {
    private static final int WIDTH = 210;
    private static final int HEIGHT = 70;
    private static final int BOTTOM = 14;

    private HistogramChart() {}

    static String svg(Histogram histogram) {
        double most = Math.log1p((double) Math.max(most(histogram.reference()), most(histogram.actual())));
        int bins = histogram.reference().size();
        double bin = (double) WIDTH / bins;
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n"
                .formatted(WIDTH, HEIGHT + BOTTOM, WIDTH, HEIGHT + BOTTOM));
        svg.append("<path class=\"reference\" d=\"M0,%d %s L%d,%d Z\"/>\n"
                .formatted(HEIGHT, steps(histogram.reference(), bin, most), WIDTH, HEIGHT));
        svg.append("<path class=\"actual\" d=\"M0,%d %s\"/>\n".formatted(HEIGHT, steps(histogram.actual(), bin, most)));
        double zero = -histogram.low() / histogram.width() * bin;
        svg.append("<line class=\"grid\" x1=\"%1$s\" y1=\"0\" x2=\"%1$s\" y2=\"%2$d\"/>\n"
                .formatted(Markup.number(zero, 1), HEIGHT));
        svg.append("<text class=\"axis\" x=\"%s\" y=\"%d\">0</text>\n"
                .formatted(Markup.number(Math.max(0, zero - 3), 1), HEIGHT + BOTTOM - 2));
        svg.append("<text class=\"axis end\" x=\"%d\" y=\"%d\">%s steps</text>\n"
                .formatted(WIDTH, HEIGHT + BOTTOM - 2, Markup.number(histogram.low() + bins * histogram.width(), 0)));
        return svg.append("</svg>\n").toString();
    }

    private static long most(List<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private static String steps(List<Long> counts, double bin, double most) {
        return IntStream.range(0, counts.size())
                .mapToObj(i -> {
                    String y =
                            Markup.number(HEIGHT * (1 - Math.log1p((double) counts.get(i)) / Math.max(most, 1e-9)), 1);
                    return "L" + Markup.number(i * bin, 1) + "," + y + " L" + Markup.number((i + 1) * bin, 1) + "," + y;
                })
                .collect(Collectors.joining(" "));
    }
}
