package dev.octavo.tools.data;

import dev.octavo.tools.tasks.Box;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A folder with {@code boxes.csv}: a line for each object. Pictures without objects do not occur. */
final class BoxList {
    static final String INDEX = "boxes.csv";
    private static final String HEADER = "file,class,x1,y1,x2,y2";

    private BoxList() {}

    static LabelledBoxes read(Path folder) {
        record Found(Path file, List<LabelledBoxes.Labelled> objects) {}
        Map<String, Found> pictures = new LinkedHashMap<>();
        for (CsvLines.Line line : CsvLines.read(folder.resolve(INDEX), HEADER).lines()) {
            String[] fields = line.fields(6, HEADER);
            Box box = new Box(
                    line.number(fields[2]), line.number(fields[3]), line.number(fields[4]), line.number(fields[5]));
            pictures.computeIfAbsent(
                            fields[0],
                            name -> new Found(LabelledBoxes.pictureFile(folder, name, line.place()), new ArrayList<>()))
                    .objects()
                    .add(new LabelledBoxes.Labelled(line.label(fields[1]), box, false));
        }
        List<LabelledBoxes.Entry> entries = new ArrayList<>();
        pictures.forEach((name, found) -> entries.add(new LabelledBoxes.Entry(name, found.file(), found.objects())));
        return new LabelledBoxes(entries, LabelledBoxes.classNames(folder));
    }
}
