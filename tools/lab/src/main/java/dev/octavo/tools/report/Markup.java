package dev.octavo.tools.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Text and numbers in HTML and SVG. */
final class Markup {
    private Markup() {}

    /** Text that may stand in elements and in quoted attributes. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < ' ' ? ' ' : c);
            }
        }
        return escaped.toString();
    }

    /** A number with so many decimals. */
    static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A number with four significant digits. */
    static String significant(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    /** A number of few digits, without zeros at its end. */
    static String plain(double value) {
        return new BigDecimal(value, new MathContext(6)).stripTrailingZeros().toPlainString();
    }

    /** A count with its digits in groups. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202f');
    }

    /** A cell of a table whose content is HTML. */
    static String cell(String style, String content) {
        return style.isEmpty() ? "<td>" + content + "</td>" : "<td class=\"" + style + "\">" + content + "</td>";
    }

    /** An entry of a list of definitions. */
    static String definition(String term, String text) {
        return "<div><dt>" + escape(term) + "</dt><dd>" + escape(text) + "</dd></div>\n";
    }
}
