package dev.octavo.tools.cli;

import dev.octavo.tools.data.DataException;
import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.json.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scales of activations in a file: a JSON object from names of values to scales, or on each line a name, white space, and a
 * scale; lines that are empty or begin with # are left out.
 */
final class ScaleFile {
    private ScaleFile() {}

    private record Scales(Map<String, Float> scales) {}

    /**
     * Reads a file.
     *
     * @throws DataException if it cannot be read, or has neither form
     */
    static Map<String, Float> read(Path file) {
        String text = text(file);
        return text.stripLeading().startsWith("{")
                ? RecordJson.read("{\"scales\":" + text + "}", file.toString(), new Scales(Map.of()))
                        .scales()
                : lines(file, text.lines().toList());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        }
    }

    private static Map<String, Float> lines(Path file, List<String> lines) {
        Map<String, Float> scales = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1);
            // A name may contain spaces, a scale cannot.
            int space = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
            if (space < 0) {
                throw new DataException(place + ": \"" + line + "\" is not the name of a value and its scale");
            }
            if (scales.put(line.substring(0, space).strip(), scale(line.substring(space + 1), place)) != null) {
                throw new DataException(place + ": gives this value a second scale");
            }
        }
        if (scales.isEmpty()) {
            throw new DataException(file + ": gives no scales");
        }
        return scales;
    }

    private static float scale(String text, String place) {
        try {
            float scale = Float.parseFloat(text);
            if (scale >= Float.MIN_NORMAL && Float.isFinite(scale)) {
                return scale;
            }
        } catch (NumberFormatException e) {
            throw new DataException(place + ": \"" + text + "\" is not a number", e);
        }
        throw new DataException(place + ": a scale must be positive and finite, not " + text);
    }
}
