package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of picture files with an index {@code labels.csv}: a line {@code file,label}, then one line per picture with its
 * path relative to the folder (in double quotes if it begins with one) and its class from 0.
 */
record PictureFolder(Path folder, List<Entry> entries) implements LabelledData {
    static final String INDEX = "labels.csv";
    private static final String HEADER = "file,label";

    /** A picture file and its class. */
    record Entry(String file, int label) {}

    PictureFolder {
        entries = List.copyOf(entries);
    }

    static PictureFolder open(Path folder) {
        Path index = folder.resolve(INDEX);
        if (!Files.isRegularFile(index)) {
            throw new DataException(folder + ": has no " + INDEX + "; write one with the line \"" + HEADER
                    + "\" and then a line for each picture, such as cat.jpg,281");
        }
        List<String> lines = lines(index);
        if (lines.isEmpty() || !stripMark(lines.getFirst()).strip().equals(HEADER)) {
            throw new DataException(index + ":1: must be \"" + HEADER + "\"");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                entries.add(entry(folder, lines.get(i), index + ":" + (i + 1)));
            }
        }
        if (entries.isEmpty()) {
            throw new DataException(index + ": names no pictures");
        }
        return new PictureFolder(folder, entries);
    }

    private static List<String> lines(Path index) {
        try {
            return Files.readAllLines(index);
        } catch (IOException e) {
            throw new DataException(index + ": " + FileFailure.reason(e), e);
        }
    }

    private static String stripMark(String line) {
        return line.startsWith("\uFEFF") ? line.substring(1) : line;
    }

    private static Entry entry(Path folder, String line, String place) {
        // A file name may contain commas, a label cannot.
        int comma = line.lastIndexOf(',');
        if (comma < 0) {
            throw new DataException(place + ": \"" + line + "\" is not of the form " + HEADER);
        }
        String file = unquoted(line.substring(0, comma).strip());
        String label = line.substring(comma + 1).strip();
        if (!label.matches("[0-9]{1,9}")) {
            throw new DataException(place + ": label \"" + label + "\" is not the number of a class, from 0");
        }
        try {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new DataException(place + ": no such picture: " + folder.resolve(file));
            }
        } catch (InvalidPathException e) {
            throw new DataException(place + ": \"" + file + "\" is not the name of a file", e);
        }
        return new Entry(file, Integer.parseInt(label));
    }

    private static String unquoted(String field) {
        if (field.length() >= 2 && field.startsWith("\"") && field.endsWith("\"")) {
            return field.substring(1, field.length() - 1).replace("\"\"", "\"");
        }
        return field;
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public Picture picture(int index) {
        return PictureReader.read(folder.resolve(entries.get(index).file()));
    }

    @Override
    public int label(int index) {
        return entries.get(index).label();
    }

    @Override
    public String name(int index) {
        return entries.get(index).file();
    }

    @Override
    public LabelledData limit(int size) {
        return new PictureFolder(folder, entries.subList(0, Math.min(size, size())));
    }
}
