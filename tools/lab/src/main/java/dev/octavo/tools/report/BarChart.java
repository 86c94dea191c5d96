package dev.octavo.tools.report;

import java.util.List;

/** Named bars from top to bottom, as SVG. */
final class BarChart {
    private static final int NAME = 260;
    private static final int PLOT = 420;
    private static final int LABEL = 130;
    private static final int ROW = 20;
    private static final int LONGEST_NAME = 40;

    /**
     * One bar.
     *
     * @param value not negative
     * @param label what stands behind it
     */
    record Bar(String name, double value, String label) {}

    private BarChart() {}

    static String svg(List<Bar> bars) {
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(0);
        int width = NAME + PLOT + LABEL;
        int height = ROW * bars.size() + 4;
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n"
                .formatted(width, height, width, height));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double length = most == 0 ? 0 : PLOT * bar.value() / most;
            svg.append("<text class=\"axis end\" x=\"%d\" y=\"%d\">%s</text>\n"
                    .formatted(NAME - 8, i * ROW + 14, Markup.escape(shortened(bar.name()))));
            svg.append("<rect class=\"outputs\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\"/>\n"
                    .formatted(NAME, i * ROW + 3, Markup.number(length, 1), ROW - 6));
            svg.append("<text class=\"axis\" x=\"%s\" y=\"%d\">%s</text>\n"
                    .formatted(Markup.number(NAME + length + 6, 1), i * ROW + 14, Markup.escape(bar.label())));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : "…" + name.substring(name.length() - LONGEST_NAME + 1);
    }
}
