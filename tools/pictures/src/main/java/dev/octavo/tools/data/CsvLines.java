package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lines of an index file below its header, each with its place for messages. */
record CsvLines(List<Line> lines) {
    /**
     * One line that is not blank.
     *
     * @param place such as {@code boxes.csv:3}
     */
    record Line(String text, String place) {
        /**
         * Returns the fields between commas. Only the first may contain commas itself: it takes what is too many.
         *
         * @throws DataException if there are fewer than {@code count}
         */
        String[] fields(int count, String form) {
            String[] parts = text.split(",", -1);
            if (parts.length < count) {
                throw new DataException(place + ": \"" + text + "\" is not of the form " + form);
            }
            String[] fields = new String[count];
            int surplus = parts.length - count;
            fields[0] = unquoted(
                    String.join(",", List.of(parts).subList(0, surplus + 1)).strip());
            for (int i = 1; i < count; i++) {
                fields[i] = parts[surplus + i].strip();
            }
            return fields;
        }

        private static String unquoted(String field) {
            if (field.length() >= 2 && field.startsWith("\"") && field.endsWith("\"")) {
                return field.substring(1, field.length() - 1).replace("\"\"", "\"");
            }
            return field;
        }

        /** Returns the number of a class, from 0. */
        int label(String field) {
            if (!field.matches("[0-9]{1,9}")) {
                throw new DataException(place + ": label \"" + field + "\" is not the number of a class, from 0");
            }
            return Integer.parseInt(field);
        }

        /** Returns a finite number. */
        double number(String field) {
            try {
                double value = Double.parseDouble(field);
                if (Double.isFinite(value)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // The message below says the same of both.
            }
            throw new DataException(place + ": \"" + field + "\" is not a number");
        }
    }

    /**
     * Reads a file.
     *
     * @throws DataException if it cannot be read, or has another header
     */
    static CsvLines read(Path file, String header) {
        List<String> all = all(file);
        String first = all.isEmpty() ? "" : all.getFirst().strip();
        if (!(first.startsWith("\uFEFF") ? first.substring(1) : first).equals(header)) {
            throw new DataException(file + ":1: must be \"" + header + "\"");
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 1; i < all.size(); i++) {
            if (!all.get(i).isBlank()) {
                lines.add(new Line(all.get(i), file + ":" + (i + 1)));
            }
        }
        return new CsvLines(lines);
    }

    static List<String> all(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        }
    }
}
