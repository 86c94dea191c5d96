package dev.octavo.tools.report;

import dev.octavo.tools.study.ArithmeticGap;
import dev.octavo.tools.study.ArithmeticGap.LayerGap;
import dev.octavo.tools.study.Measurement;
import dev.octavo.tools.study.StudyResult;
import dev.octavo.tools.study.StudyRow;
import dev.octavo.tools.study.StudyTable;
import java.util.List;

/** A study as one HTML page: every experiment beside what was published of it, and integers against fake quantization. */
public final class StudyReport {
    private StudyReport() {}

    /** The page. */
    public static String html(StudyResult study) {
        StringBuilder body = new StringBuilder("<dl>\n")
                .append(Markup.definition("pictures", Integer.toString(study.images())))
                .append(Markup.definition("top-1 in float", withError(study.floatTop1(), study.floatTop1Error())))
                .append("</dl>\n")
                .append("""
                    <p>Losses of top-1 are in points, against the float network on the same pictures, with the standard
                    error of the difference. Published losses are in points too, of other networks on ImageNet.</p>
                    """);
        study.tables().forEach(table -> body.append(table(table)));
        body.append("""
            <h2>Integers against fake quantization</h2>
            <p>The same weights, scales and biases in true integers and in float. Where float adds the products of integers,
            which it does exactly, hardly anything is left to differ. With the products of real numbers, as usual, one
            rounding in about 100,000 goes the other way, and the network amplifies it.</p>
            """);
        body.append(gaps(study.gaps()));
        for (ArithmeticGap gap : study.gaps()) {
            body.append("<h2>Layers at ")
                    .append(gap.bits())
                    .append(" bits</h2>\n")
                    .append(layers(gap));
        }
        return Page.html(study.network() + ": a study of quantization", study.network() + ": a study", body.toString());
    }

    private static String table(StudyTable table) {
        StringBuilder html = new StringBuilder("<h2>")
                .append(Markup.escape(table.title()))
                .append("</h2>\n<p>")
                .append(Markup.escape(table.explanation()))
                .append("</p>\n")
                .append("""
                    <div class="scroll">
                    <table>
                    <thead><tr><th>recipe</th><th>arithmetic</th><th>top-1</th><th>loss</th><th>agreement</th>\
                    <th>SQNR</th><th>published loss</th></tr></thead>
                    <tbody>
                    """);
        for (StudyRow row : table.rows()) {
            Measurement measured = row.measured();
            html.append("<tr>")
                    .append(Markup.cell("", Markup.escape(row.recipe())))
                    .append(Markup.cell("", Markup.escape(row.arithmetic())))
                    .append(Markup.cell("n", Markup.number(100 * measured.top1(), 1) + " %"))
                    .append(Markup.cell("n", points(measured.loss(), measured.lossError())))
                    .append(Markup.cell("n", withError(measured.agreement(), measured.agreementError())))
                    .append(Markup.cell("n", decibels(measured.sqnrDb())))
                    .append(Markup.cell("text", Markup.escape(row.published())))
                    .append("</tr>\n");
        }
        return html.append("</tbody>\n</table>\n</div>\n").toString();
    }

    private static String gaps(List<ArithmeticGap> gaps) {
        StringBuilder html = new StringBuilder("""
            <div class="scroll">
            <table>
            <thead><tr><th>bits</th><th>sums</th><th>agreement</th><th>SQNR</th></tr></thead>
            <tbody>
            """);
        for (ArithmeticGap gap : gaps) {
            html.append(gapRow(gap.bits(), "exact", gap.exactSums()));
            html.append(gapRow(gap.bits(), "float", gap.floatSums()));
        }
        return html.append("</tbody>\n</table>\n</div>\n").toString();
    }

    private static String gapRow(int bits, String sums, Measurement measured) {
        return "<tr>" + Markup.cell("n", Integer.toString(bits)) + Markup.cell("", sums)
                + Markup.cell("n", withError(measured.agreement(), measured.agreementError()))
                + Markup.cell("n", decibels(measured.sqnrDb())) + "</tr>\n";
    }

    private static String layers(ArithmeticGap gap) {
        List<LayerGap> different =
                gap.layers().stream().filter(layer -> layer.differing() > 0).toList();
        if (different.isEmpty()) {
            return "<p>All " + gap.layers().size() + " stored values are the same to the last bit.</p>\n";
        }
        StringBuilder html = new StringBuilder("<p>")
                .append(gap.layers().size() - different.size())
                .append(" of ")
                .append(gap.layers().size())
                .append(" stored values are the same to the last bit. The others:</p>\n")
                .append("""
                    <div class="scroll">
                    <table>
                    <thead><tr><th>layer</th><th>SQNR</th><th>elements that differ</th></tr></thead>
                    <tbody>
                    """);
        for (LayerGap layer : different) {
            html.append("<tr>")
                    .append(Markup.cell("", Markup.escape(layer.layer())))
                    .append(Markup.cell("n", decibels(layer.sqnrDb())))
                    .append(Markup.cell("n", Markup.number(100 * layer.differing(), 4) + " %"))
                    .append("</tr>\n");
        }
        return html.append("</tbody>\n</table>\n</div>\n").toString();
    }

    private static String withError(double part, double error) {
        return Markup.number(100 * part, 1) + " ± " + Markup.number(100 * error, 1) + " %";
    }

    private static String points(double loss, double error) {
        return Markup.number(100 * loss, 1) + " ± " + Markup.number(100 * error, 1);
    }

    private static String decibels(double value) {
        return Double.isFinite(value) ? Markup.number(value, 1) + " dB" : "–";
    }
}
