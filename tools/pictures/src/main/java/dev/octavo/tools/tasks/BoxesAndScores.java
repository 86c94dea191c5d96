package dev.octavo.tools.tasks;

import java.util.List;

/** The two outputs of a detector that gives boxes [1, N, 4] and scores [1, N, classes], in whichever order. */
record BoxesAndScores(ModelOutput boxes, ModelOutput scores) {
    static BoxesAndScores of(List<ModelOutput> outputs, String family) {
        if (outputs.size() == 2) {
            ModelOutput first = outputs.get(0);
            ModelOutput second = outputs.get(1);
            boolean firstIsBoxes = first.size(-1) == 4
                    && (second.size(-1) != 4 || !first.name().contains("score"));
            ModelOutput boxes = firstIsBoxes ? first : second;
            ModelOutput scores = firstIsBoxes ? second : first;
            if (boxes.size(-1) == 4 && boxes.elements() / 4 == scores.elements() / scores.size(-1)) {
                return new BoxesAndScores(boxes, scores);
            }
        }
        throw new IllegalArgumentException(
                family + " gives boxes [1, N, 4] and scores [1, N, classes], but the model " + outputs);
    }
}
