package dev.octavo.tools.cli;

import dev.octavo.tools.data.ContactSheet.Cell;
import dev.octavo.tools.data.ContactSheet.Verdict;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.evaluate.Evaluation;
import dev.octavo.tools.evaluate.Logits;
import dev.octavo.tools.vision.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Chooses pictures for the demo's contact sheet: the first ones, and more mistakes than there are by chance. */
final class DemoSheet {
    static final int COLUMNS = 8;

    /** Three times the pictures' own size. */
    static final int SIDE = 96;

    private static final int MISTAKES = 2 * COLUMNS;
    private static final int CELLS = 6 * COLUMNS;

    private final LabelledData data;
    private final List<String> labels;
    private final List<Cell> right = new ArrayList<>();
    private final List<Cell> wrong = new ArrayList<>();

    DemoSheet(LabelledData data, List<String> labels) {
        this.data = data;
        this.labels = labels;
    }

    /** Shows a picture, with what the integer model and the float model say of it. */
    void add(int index, Picture picture, float[] logits, float[] reference) {
        int label = data.label(index);
        int answer = Logits.best(logits);
        List<Cell> cells = answer == label ? right : wrong;
        if (cells.size() < (answer == label ? CELLS : MISTAKES)) {
            String said = labels.get(answer) + " " + Math.round(100 * Logits.probabilities(logits)[answer]) + " %";
            int floatAnswer = Logits.best(reference);
            List<String> caption = answer == label && floatAnswer == label
                    ? List.of(said)
                    : List.of(said, "is " + labels.get(label), "float: " + labels.get(floatAnswer));
            cells.add(new Cell(picture, caption, answer == label ? Verdict.RIGHT : Verdict.WRONG));
        }
    }

    /** The chosen cells, mistakes first. */
    List<Cell> cells() {
        return Stream.concat(wrong.stream(), right.stream()).limit(CELLS).toList();
    }

    String title(Evaluation evaluation) {
        return "int8: " + Texts.percent(evaluation.top1()) + " of " + evaluation.images() + " right, mistakes first";
    }
}
