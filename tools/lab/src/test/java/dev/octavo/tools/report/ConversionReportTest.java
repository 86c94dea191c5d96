package dev.octavo.tools.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.convert.LayerReport;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.FidelityOptions;
import dev.octavo.tools.report.DotChart.Axis;
import dev.octavo.tools.report.DotChart.Series;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class ConversionReportTest {
    @Test
    void showsEveryLayerOfAConversion() throws Exception {
        Conversion conversion = Converter.convert(
                OnnxReader.read(DemoModel.onnx(), "signs.onnx"),
                ConversionOptions.forBits(8).withFidelity(FidelityOptions.none()));
        String page = ConversionReport.html(conversion, 12345);
        int layers = conversion.layers().size();
        assertThat(conversion.layers())
                .extracting(LayerReport::name)
                .allSatisfy(name -> assertThat(page).contains("<td>" + Markup.escape(name) + "</td>"));
        assertThat(page)
                .contains(layers + " of " + layers + " layers in integers")
                .contains("<dt>quantization.weights.rounding</dt>");
        // Weights in both charts, and all outputs but the logits, which leave as float.
        Document svg = parse(page.substring(page.indexOf("<svg"), page.lastIndexOf("</svg>") + 6));
        assertThat(svg.getElementsByTagName("circle").getLength()).isBetween(4 * layers - 6, 4 * layers);
        assertThat(page).doesNotContain("http").doesNotContain("<script");
        assertThat(ConversionReport.html(conversion, 12345)).isEqualTo(page);
    }

    @Test
    void placesDots() throws Exception {
        Document svg = parse(new DotChart(
                        Axis.LINEAR,
                        "dB",
                        List.of("a<b", "c"),
                        List.of(new Series("s", "weights", List.of(OptionalDouble.of(10), OptionalDouble.of(20)))))
                .svg());
        assertThat(attribute(svg, 0, "cy")).isEqualTo("232.0");
        assertThat(attribute(svg, 1, "cy")).isEqualTo("12.0");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("a<b: s 10.00 dB");
    }

    @Test
    void placesDotsByTheirRatios() throws Exception {
        Document svg = parse(new DotChart(
                        Axis.LOGARITHMIC,
                        "",
                        List.of("a", "b", "c"),
                        List.of(new Series(
                                "s",
                                "weights",
                                List.of(
                                        OptionalDouble.of(0.001),
                                        OptionalDouble.of(Math.sqrt(0.001)),
                                        OptionalDouble.of(1)))))
                .svg());
        assertThat(attribute(svg, 1, "cy")).isEqualTo("122.0");
    }

    @Test
    void survivesLayersThatAreAllAlikeOrInFloat() throws Exception {
        Series same = new Series("s", "weights", List.of(OptionalDouble.of(5), OptionalDouble.of(5)));
        assertThat(parse(new DotChart(Axis.LINEAR, "dB", List.of("a", "b"), List.of(same)).svg())
                        .getElementsByTagName("circle")
                        .getLength())
                .isEqualTo(2);
        Series none = new Series("s", "weights", List.of(OptionalDouble.empty()));
        assertThat(new DotChart(Axis.LOGARITHMIC, "", List.of("a"), List.of(none)).svg())
                .contains("No layer");
    }

    private static String attribute(Document svg, int circle, String name) {
        return svg.getElementsByTagName("circle")
                .item(circle)
                .getAttributes()
                .getNamedItem(name)
                .getNodeValue();
    }

    private static Document parse(String fragment) throws Exception {
        String document = "<div>" + fragment.replaceAll("(?s)</svg>.*<svg", "</svg><svg") + "</div>";
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)));
    }
}
