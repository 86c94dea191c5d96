package dev.octavo.tools.data;

import dev.octavo.tools.tasks.Box;
import dev.octavo.tools.vision.PictureReader;
import dev.octavo.tools.vision.PictureSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Folders {@code images} and {@code labels} side by side: a text file for each picture with lines {@code class cx cy w h},
 * as parts of the picture.
 */
final class YoloLabels {
    static final String FOLDER = "labels";

    private YoloLabels() {}

    static LabelledBoxes read(Path folder) {
        List<LabelledBoxes.Entry> entries = new ArrayList<>();
        PictureFiles pictures =
                PictureFiles.open(Files.isDirectory(folder.resolve("images")) ? folder.resolve("images") : folder);
        for (Path file : pictures.files()) {
            Path relative = pictures.folder().relativize(file);
            String name = relative.toString().replaceFirst("\\.[^.]*$", ".txt");
            Path labels = folder.resolve(FOLDER).resolve(name);
            entries.add(new LabelledBoxes.Entry(relative.toString(), file, objects(file, labels)));
        }
        return new LabelledBoxes(entries, LabelledBoxes.classNames(folder));
    }

    /** A picture without a file has no objects. */
    private static List<LabelledBoxes.Labelled> objects(Path picture, Path labels) {
        if (!Files.isRegularFile(labels)) {
            return List.of();
        }
        PictureSize size = PictureReader.size(picture);
        List<LabelledBoxes.Labelled> objects = new ArrayList<>();
        int number = 0;
        for (String text : CsvLines.all(labels)) {
            number++;
            if (!text.isBlank()) {
                CsvLines.Line line = new CsvLines.Line(text.strip().replaceAll("\\s+", ","), labels + ":" + number);
                String[] fields = line.fields(5, "class cx cy w h");
                Box box = Box.around(
                        line.number(fields[1]) * size.width(),
                        line.number(fields[2]) * size.height(),
                        line.number(fields[3]) * size.width(),
                        line.number(fields[4]) * size.height());
                objects.add(new LabelledBoxes.Labelled(line.label(fields[0]), box, false));
            }
        }
        return objects;
    }
}
