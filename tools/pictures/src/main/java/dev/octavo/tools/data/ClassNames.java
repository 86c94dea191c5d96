package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files of class names: UTF-8, one name per line, the first line being class 0. */
public final class ClassNames {
    private ClassNames() {}

    /**
     * Reads the names, without blanks around them.
     *
     * @throws DataException if the file is missing, empty, not text, or leaves a class without a name
     */
    public static List<String> read(Path file) {
        List<String> names = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                names.add(line.replace("\uFEFF", "").strip());
            }
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        }
        while (!names.isEmpty() && names.getLast().isEmpty()) {
            names.removeLast();
        }
        int unnamed = names.indexOf("");
        if (names.isEmpty() || unnamed >= 0) {
            throw new DataException(file + ":" + (unnamed + 1) + ": has no class name; write one name on each line");
        }
        return List.copyOf(names);
    }
}
