package dev.octavo.tools.report;

import dev.octavo.kernels.ElementType;
import dev.octavo.tools.compare.Comparison;
import dev.octavo.tools.compare.ValueComparison;
import dev.octavo.tools.evaluate.Evaluation;
import dev.octavo.tools.report.DotChart.Axis;
import dev.octavo.tools.report.DotChart.Series;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * A comparison of a model with its float network as one HTML page: what each layer costs, how errors grow, and what the
 * values look like.
 */
public final class ComparisonReport {
    private static final int RANKED = 15;

    private ComparisonReport() {}

    /** The page. */
    public static String html(Comparison comparison) {
        String body = summary(comparison)
                + """
                <h2>What layers cost</h2>
                <p>The noise at the output of the network that each layer's own rounding causes, by itself, as a part of
                what all layers cause. Behind it the ratio of signal to noise that would be left if only this layer were
                in integers. Keep the first ones in float with <code>--keep-float</code>.</p>
                """
                + scroll(BarChart.svg(comparison.ranked().stream()
                        .limit(RANKED)
                        .map(value -> new BarChart.Bar(
                                value.node(),
                                value.costShare(),
                                Markup.number(100 * value.costShare(), 1) + " %, " + decibels(value.costDb()) + " dB"))
                        .toList()))
                + """
                <h2>How errors grow</h2>
                <p>Signal to quantization noise of each layer's output: with <span class="outputs">all errors</span> up to
                there, and with the layer's <span class="weights">own error</span> alone. Point at a dot for its layer.</p>
                """
                + chart(comparison.values())
                + "<h2>Layers</h2>\n"
                + """
                <p>Bias is the largest mean error of a channel, in steps of the stored tensor; saturated is the part of the
                elements whose float value is beyond what can be stored.</p>
                """
                + table(comparison)
                + """
                <h2>Values</h2>
                <p>How often the float network (<span class="reference">area</span>) and the model
                (<span class="outputs">line</span>) have which value, on a logarithmic scale. The ends hold what lies
                beyond.</p>
                """
                + histograms(comparison.values());
        return Page.html(
                comparison.model() + " compared with float", comparison.model() + " compared with float", body);
    }

    private static String summary(Comparison comparison) {
        Evaluation outputs = comparison.outputs();
        return "<dl>\n"
                + Markup.definition("pictures", Integer.toString(outputs.images()))
                + Markup.definition(
                        "SQNR at the output", decibels(outputs.sqnrDb().orElse(Double.NaN)) + " dB")
                + Markup.definition("agreement", percent(outputs.agreement().orElse(Double.NaN)))
                + Markup.definition("top-1", percent(outputs.top1()))
                + Markup.definition(
                        "top-1 in float", percent(outputs.referenceTop1().orElse(Double.NaN)))
                + Markup.definition("pictures that told the costs", Integer.toString(comparison.costImages()))
                + "</dl>\n"
                + (comparison.unmatched().isEmpty()
                        ? ""
                        : "<p>Not compared, since the float network has no such value: "
                                + Markup.escape(String.join(", ", comparison.unmatched())) + ".</p>\n");
    }

    private static String chart(List<ValueComparison> values) {
        return scroll(new DotChart(
                        Axis.LINEAR,
                        "dB",
                        values.stream().map(ValueComparison::node).toList(),
                        List.of(
                                series("own error", "weights", values, ValueComparison::ownSqnrDb),
                                series("all errors", "outputs", values, ValueComparison::sqnrDb)))
                .svg());
    }

    private static Series series(
            String name, String style, List<ValueComparison> values, ToDoubleFunction<ValueComparison> field) {
        return new Series(
                name,
                style,
                values.stream()
                        .mapToDouble(field)
                        .mapToObj(value -> Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty())
                        .toList());
    }

    private static String table(Comparison comparison) {
        List<ValueComparison> ranked = comparison.ranked();
        StringBuilder table = new StringBuilder("""
            <div class="scroll">
            <table>
            <thead><tr><th>layer</th><th>kind</th><th>stored as</th><th>rank</th><th>cost</th><th>cost dB</th>\
            <th>own dB</th><th>all dB</th><th>cosine</th><th>bias</th><th>of channel</th><th>saturated</th></tr></thead>
            <tbody>
            """);
        for (ValueComparison value : comparison.values()) {
            int rank = ranked.indexOf(value) + 1;
            table.append("<tr>")
                    .append(Markup.cell("", Markup.escape(value.node())))
                    .append(Markup.cell("", Markup.escape(value.kind())))
                    .append(Markup.cell(
                            "",
                            value.type() == ElementType.FLOAT32
                                    ? "float"
                                    : value.type() + " · " + Markup.significant(value.scale())))
                    .append(Markup.cell(rank <= 3 ? "n low" : "n", Integer.toString(rank)))
                    .append(Markup.cell("n", Markup.number(100 * value.costShare(), 1) + " %"))
                    .append(Markup.cell("n", decibels(value.costDb())))
                    .append(Markup.cell("n", decibels(value.ownSqnrDb())))
                    .append(Markup.cell("n", decibels(value.sqnrDb())))
                    .append(Markup.cell("n", Markup.number(value.cosine(), 6)))
                    .append(Markup.cell("n", String.format(Locale.ROOT, "%+.2f", value.bias())))
                    .append(Markup.cell("n", Integer.toString(value.biasChannel())))
                    .append(Markup.cell("n", percent(value.saturation())))
                    .append("</tr>\n");
        }
        return table.append("</tbody>\n</table>\n</div>\n").toString();
    }

    private static String histograms(List<ValueComparison> values) {
        StringBuilder figures = new StringBuilder("<div class=\"figures\">\n");
        for (ValueComparison value : values) {
            figures.append("<figure>\n")
                    .append(HistogramChart.svg(value.histogram()))
                    .append("<figcaption>")
                    .append(Markup.escape(value.node()))
                    .append("</figcaption>\n</figure>\n");
        }
        return figures.append("</div>\n").toString();
    }

    private static String scroll(String svg) {
        return "<div class=\"scroll\">\n" + svg + "</div>\n";
    }

    private static String decibels(double value) {
        return Double.isFinite(value) ? Markup.number(value, 1) : "–";
    }

    private static String percent(double part) {
        return Markup.number(100 * part, 2) + " %";
    }
}
