package dev.octavo.tools.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Rows of cells in columns: words to the left, numbers to the right. */
final class TextTable {
    private static final String GAP = "  ";
    private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+( [kMG%]| dB)?");

    private final boolean numbersRight;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with numbers to the right. */
    TextTable() {
        this(true);
    }

    private TextTable(boolean numbersRight) {
        this.numbersRight = numbersRight;
    }

    /** A table with everything to the left, such as of names and values of all kinds. */
    static TextTable ofWords() {
        return new TextTable(false);
    }

    /** Adds a row; rows may have different numbers of cells. */
    void row(String... cells) {
        rows.add(Arrays.stream(cells).map(Terminal::escaped).toList());
    }

    /** Prints all rows, without blanks at the ends of lines. */
    void print(PrintWriter out) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                String blanks = " ".repeat(widths.get(i) - cell.length());
                line.append(i == 0 ? "" : GAP).append(numbersRight && numeric(cell) ? blanks + cell : cell + blanks);
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    private static boolean numeric(String cell) {
        return NUMBER.matcher(cell).matches();
    }
}
