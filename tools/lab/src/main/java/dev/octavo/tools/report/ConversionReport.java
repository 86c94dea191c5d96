package dev.octavo.tools.report;

import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.LayerReport;
import dev.octavo.tools.quantizer.Adaptation;
import dev.octavo.tools.quantizer.TensorEncoding;
import dev.octavo.tools.report.DotChart.Axis;
import dev.octavo.tools.report.DotChart.Series;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A conversion as one HTML page that needs nothing else: what was asked, and per layer the scales and what rounding is
 * expected to cost. The same conversion always gives the same page.
 */
public final class ConversionReport {
    /** How many of the noisiest layers are marked. */
    private static final int MARKED = 3;

    private final Conversion conversion;
    private final List<LayerReport> layers;

    private ConversionReport(Conversion conversion) {
        this.conversion = conversion;
        this.layers = conversion.layers();
    }

    /**
     * The page.
     *
     * @param modelBytes size of the model file
     */
    public static String html(Conversion conversion, long modelBytes) {
        return new ConversionReport(conversion).html(modelBytes);
    }

    private String html(long modelBytes) {
        ModelMetadata metadata = conversion.model().metadata();
        StringBuilder page = new StringBuilder();
        page.append(summary(modelBytes));
        page.append(settings(metadata));
        page.append(adaptations());
        page.append("""
            <h2>What rounding costs</h2>
            <p>Signal to quantization noise: <span class="weights">weights</span> as they were rounded, and
            <span class="outputs">outputs</span> as their modelled distribution is expected to be stored. Point at a dot for
            its layer. A layer that stands out below is the first to look at.</p>
            """);
        page.append(chart(Axis.LINEAR, "dB", ConversionReport::weightSqnr, LayerReport::outputSqnr));
        page.append("""
            <h2>Scales</h2>
            <p>The real value of one step of the <span class="weights">weights</span> and of the
            <span class="outputs">outputs</span>.</p>
            """);
        page.append(chart(Axis.LOGARITHMIC, "", ConversionReport::weightScale, ConversionReport::outputScale));
        page.append("<h2>Layers</h2>\n").append(table());
        return Page.html(metadata.name() + " in integers", metadata.name(), page.toString());
    }

    private String summary(long modelBytes) {
        long quantized =
                layers.stream().filter(layer -> layer.weightScale() > 0).count();
        long weights = layers.stream().mapToLong(LayerReport::weights).sum();
        long macs = layers.stream().mapToLong(LayerReport::macs).sum();
        return "<p class=\"summary\">" + quantized + " of " + layers.size() + " layers in integers, "
                + Markup.count(weights) + " weights, " + Markup.count(macs)
                + " multiplications per input. The model file takes " + Markup.count(modelBytes)
                + " bytes; the weights alone took " + Markup.count(weights * Float.BYTES) + " in float.</p>\n";
    }

    private static String settings(ModelMetadata metadata) {
        StringBuilder list = new StringBuilder("<dl>\n");
        metadata.settings().forEach((option, value) -> list.append(Markup.definition(option, value)));
        if (!metadata.preprocessing().mean().isEmpty()) {
            list.append(
                    Markup.definition("mean", metadata.preprocessing().mean().toString()));
            list.append(Markup.definition("std", metadata.preprocessing().std().toString()));
            list.append(Markup.definition(
                    "crop", Float.toString(metadata.preprocessing().crop())));
        }
        return list.append("</dl>\n").toString();
    }

    private String adaptations() {
        if (conversion.adaptations().isEmpty()) {
            return "";
        }
        StringBuilder rows = new StringBuilder();
        for (Adaptation adaptation : conversion.adaptations()) {
            rows.append("<tr><td>")
                    .append(Markup.escape(adaptation.tensor()))
                    .append("</td><td>")
                    .append(Markup.escape(adaptation.cause()))
                    .append("</td><td>")
                    .append(String.format(Locale.ROOT, "%.2f", adaptation.loss()))
                    .append("</td></tr>\n");
        }
        return """
            <h2>What could not be kept</h2>
            <p>The network came quantized. Tensors here have zero point 0; these had another one, or codes beyond a signed byte, and
            got a scale that covers the same range. dB says by how much the power of a tensor's rounding noise grew, and for weights
            what was added relative to their power.</p>
            <div class="scroll"><table><tr><th>tensor</th><th>cause</th><th>dB</th></tr>
            """ + rows + "</table></div>\n";
    }

    private String chart(
            Axis axis,
            String unit,
            Function<LayerReport, OptionalDouble> weights,
            Function<LayerReport, OptionalDouble> outputs) {
        DotChart chart = new DotChart(
                axis,
                unit,
                layers.stream().map(LayerReport::name).toList(),
                List.of(
                        new Series(
                                "weights",
                                "weights",
                                layers.stream().map(weights).toList()),
                        new Series(
                                "outputs",
                                "outputs",
                                layers.stream().map(outputs).toList())));
        return "<div class=\"scroll\">\n" + chart.svg() + "</div>\n";
    }

    private static OptionalDouble weightSqnr(LayerReport layer) {
        return Double.isFinite(layer.weightSqnr()) ? OptionalDouble.of(layer.weightSqnr()) : OptionalDouble.empty();
    }

    private static OptionalDouble weightScale(LayerReport layer) {
        return layer.weightScale() > 0 ? OptionalDouble.of(layer.weightScale()) : OptionalDouble.empty();
    }

    private static OptionalDouble outputScale(LayerReport layer) {
        return layer.output().isPresent()
                ? OptionalDouble.of(layer.output().get().scale())
                : OptionalDouble.empty();
    }

    private String table() {
        double weightMark = mark(ConversionReport::weightSqnr);
        double outputMark = mark(LayerReport::outputSqnr);
        StringBuilder table = new StringBuilder("""
            <div class="scroll">
            <table>
            <thead><tr><th>layer</th><th>kind</th><th>output</th><th>multiplications</th><th>weights</th>\
            <th>bits</th><th>weight scale</th><th>weight dB</th><th>input</th><th>stored output</th><th>output dB</th></tr></thead>
            <tbody>
            """);
        for (LayerReport layer : layers) {
            table.append("<tr>")
                    .append(Markup.cell("", Markup.escape(layer.name())))
                    .append(Markup.cell("", Markup.escape(layer.kind())))
                    .append(Markup.cell(
                            "",
                            Arrays.stream(layer.outputShape())
                                    .mapToObj(Integer::toString)
                                    .collect(Collectors.joining("×"))))
                    .append(Markup.cell("n", Markup.count(layer.macs())))
                    .append(Markup.cell("n", Markup.count(layer.weights())))
                    .append(Markup.cell("n", layer.weightBits() > 0 ? Integer.toString(layer.weightBits()) : ""))
                    .append(Markup.cell("n", layer.weightScale() > 0 ? Markup.significant(layer.weightScale()) : ""))
                    .append(decibels(weightSqnr(layer), weightMark))
                    .append(Markup.cell("", encoding(layer.input())))
                    .append(Markup.cell("", encoding(layer.output())))
                    .append(decibels(layer.outputSqnr(), outputMark))
                    .append("</tr>\n");
        }
        return table.append("</tbody>\n</table>\n</div>\n").toString();
    }

    /** The value up to which layers are marked. */
    private double mark(Function<LayerReport, OptionalDouble> sqnr) {
        List<Double> lowest = layers.stream()
                .map(sqnr)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .sorted(Comparator.naturalOrder())
                .limit(MARKED)
                .toList();
        return lowest.isEmpty() ? Double.NEGATIVE_INFINITY : lowest.getLast();
    }

    private static String decibels(OptionalDouble value, double mark) {
        if (value.isEmpty()) {
            return Markup.cell("n", "");
        }
        return Markup.cell(value.getAsDouble() <= mark ? "n low" : "n", Markup.number(value.getAsDouble(), 1));
    }

    private static String encoding(Optional<TensorEncoding> encoding) {
        return encoding.map(e -> e.type() + " [" + e.range().low() + ", "
                        + e.range().high() + "] · " + Markup.significant(e.scale()))
                .orElse("float");
    }
}
