package dev.octavo.tools.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** A dot per layer and series, layers from left to right, as SVG. */
final class DotChart {
    /** How the vertical axis counts. */
    enum Axis {
        /** Equal differences are equally far apart. */
        LINEAR,
        /** Equal ratios are equally far apart; values must be positive. */
        LOGARITHMIC
    }

    /**
     * Dots of one colour.
     *
     * @param style class in the style sheet
     * @param values one per layer, empty where there is none
     */
    record Series(String name, String style, List<OptionalDouble> values) {
        Series {
            values = List.copyOf(values);
        }
    }

    private static final int LEFT = 56;
    private static final int TOP = 12;
    private static final int PLOT = 220;
    private static final int BOTTOM = 26;
    private static final int RIGHT = 12;
    private static final int LEAST_WIDTH = 640;
    private static final int LEAST_SPACING = 12;
    private static final int TICKS = 6;
    private static final double[] STEPS = {1, 2, 5, 10};

    private final Axis axis;
    private final String unit;
    private final List<String> layers;
    private final List<Series> series;

    DotChart(Axis axis, String unit, List<String> layers, List<Series> series) {
        this.axis = axis;
        this.unit = unit;
        this.layers = List.copyOf(layers);
        this.series = List.copyOf(series);
    }

    /** The picture, or a sentence where there is nothing to show. */
    String svg() {
        double[] values = series.stream()
                .flatMap(s -> s.values().stream())
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .map(this::scaled)
                .toArray();
        if (values.length == 0) {
            return "<p>No layer was quantized.</p>\n";
        }
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double step = step(high - low);
        double bottom = step * Math.floor(low / step + 1e-9);
        double top = step * Math.ceil(high / step - 1e-9);
        return draw(bottom, Math.max(top, bottom + step), step);
    }

    private double scaled(double value) {
        return axis == Axis.LOGARITHMIC ? Math.log10(value) : value;
    }

    /** 1, 2 or 5 times a power of ten; whole decades on a logarithmic axis. */
    private double step(double extent) {
        double raw = Math.max(extent, 1e-6) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double step = power;
        for (double candidate : STEPS) {
            step = candidate * power;
            if (step >= raw) {
                break;
            }
        }
        return axis == Axis.LOGARITHMIC ? Math.max(1, Math.ceil(step)) : step;
    }

    private String draw(double bottom, double top, double step) {
        int inner = Math.max(LEAST_WIDTH - LEFT - RIGHT, layers.size() * LEAST_SPACING);
        int width = LEFT + inner + RIGHT;
        int height = TOP + PLOT + BOTTOM;
        StringBuilder svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n"
                .formatted(width, height, width, height));
        for (String line : grid(bottom, top, step, width)) {
            svg.append(line);
        }
        for (Series s : series) {
            for (int i = 0; i < s.values().size(); i++) {
                if (s.values().get(i).isPresent()) {
                    double value = s.values().get(i).getAsDouble();
                    double x = LEFT + inner * (i + 0.5) / layers.size();
                    svg.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"4\"><title>%s: %s %s %s</title></circle>\n"
                            .formatted(
                                    s.style(),
                                    Markup.number(x, 1),
                                    Markup.number(y(scaled(value), bottom, top), 1),
                                    Markup.escape(layers.get(i)),
                                    Markup.escape(s.name()),
                                    Markup.significant(value),
                                    Markup.escape(unit)));
                }
            }
        }
        svg.append("<text class=\"axis\" x=\"%d\" y=\"%d\">first layer</text>\n".formatted(LEFT, height - 8));
        svg.append(
                "<text class=\"axis end\" x=\"%d\" y=\"%d\">last layer</text>\n".formatted(width - RIGHT, height - 8));
        return svg.append("</svg>\n").toString();
    }

    private List<String> grid(double bottom, double top, double step, int width) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; bottom + i * step <= top + step / 2; i++) {
            double value = bottom + i * step;
            String y = Markup.number(y(value, bottom, top), 1);
            String label = axis == Axis.LOGARITHMIC ? "1e" + Math.round(value) : Markup.plain(value);
            lines.add("<line class=\"grid\" x1=\"%d\" y1=\"%s\" x2=\"%d\" y2=\"%s\"/>\n"
                    .formatted(LEFT, y, width - RIGHT, y));
            lines.add("<text class=\"axis end\" x=\"%d\" y=\"%s\" dy=\"4\">%s %s</text>\n"
                    .formatted(LEFT - 8, y, label, Markup.escape(unit)));
        }
        return lines;
    }

    private static double y(double scaled, double bottom, double top) {
        return TOP + PLOT * (top - scaled) / (top - bottom);
    }
}
