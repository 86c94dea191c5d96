package dev.octavo.tools.tasks;

import java.util.ArrayList;
import java.util.List;

/** Decoders of the YOLO families that have one output with a row, or a column, per box. */
final class YoloDecoders {
    private static final int BOX = 4;

    private YoloDecoders() {}

    /**
     * YOLOX (Ge et al. 2021, section 2.1): rows {@code x, y, w, h, objectness, classes}; a centre is (cell + x) · stride, a
     * size exp(w) · stride; one box per cell of strides 8, 16, 32.
     */
    static DetectionDecoder yolox(int width, int height) {
        return (outputs, threshold) -> {
            ModelOutput output = single(outputs, "yolox");
            int row = output.size(-1);
            boolean logits = Scores.areLogits(output, BOX, row);
            List<Detection> found = new ArrayList<>();
            int at = 0;
            for (Cells cells : Cells.requirePyramid(output.elements() / row, width, height, output)) {
                for (int cell = 0; cell < cells.count(); cell++, at += row) {
                    double scale = cells.stride();
                    Box box = Box.around(
                            (output.get(at) + cells.column(cell)) * scale,
                            (output.get(at + 1) + cells.row(cell)) * scale,
                            Math.exp(output.get(at + 2)) * scale,
                            Math.exp(output.get(at + 3)) * scale);
                    addClasses(output, at, box, logits, threshold, found);
                }
            }
            return found;
        };
    }

    /** YOLOv5 and v7 with decoded rows {@code cx, cy, w, h, objectness, classes}, in pixels. */
    static DetectionDecoder yolov5() {
        return (outputs, threshold) -> {
            ModelOutput output = outputs.stream()
                    .filter(candidate -> candidate.rank() <= 3)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "no output of yolov5 [1, boxes, 5 + classes] among " + outputs));
            int row = output.size(-1);
            requireClasses(output, row, BOX + 1);
            boolean logits = Scores.areLogits(output, BOX, row);
            List<Detection> found = new ArrayList<>();
            for (int at = 0; at < output.elements(); at += row) {
                addClasses(output, at, centred(output, at, 1), logits, threshold, found);
            }
            return found;
        };
    }

    /** YOLOv8 to v11: columns, or rows, {@code cx, cy, w, h, classes} in pixels, without objectness. */
    static DetectionDecoder yolov8() {
        return (outputs, threshold) -> {
            ModelOutput output = single(outputs, "yolov8");
            // There are always more boxes than classes.
            boolean columns = output.rank() == 3 && output.size(1) < output.size(2);
            int boxes = columns ? output.size(2) : output.size(-2);
            int row = columns ? output.size(1) : output.size(-1);
            requireClasses(output, row, BOX);
            int perBox = columns ? 1 : row;
            int perValue = columns ? boxes : 1;
            List<Detection> found = new ArrayList<>();
            for (int i = 0; i < boxes; i++) {
                int at = i * perBox;
                Box box = centred(output, at, perValue);
                for (int c = BOX; c < row; c++) {
                    double score = output.get(at + c * perValue);
                    if (score > threshold) {
                        found.add(new Detection(c - BOX, score, box));
                    }
                }
            }
            return found;
        };
    }

    /**
     * Yolo-FastestV2: rows of one cell hold three boxes x, y, w, h, three objectnesses, and classes that the boxes share; a
     * centre is (2x − 0.5 + cell) · stride, a size (2w)² · anchor.
     *
     * @param anchors width and height in pixels, three per stride
     */
    static DetectionDecoder yoloFastestV2(int width, int height, List<Float> anchors) {
        int shapes = 3;
        return (outputs, threshold) -> {
            ModelOutput output = single(outputs, "yolo-fastestv2");
            int row = output.size(-1);
            int classes = shapes * (BOX + 1);
            requireClasses(output, row, classes);
            List<Detection> found = new ArrayList<>();
            int at = 0;
            int anchor = 0;
            for (Cells cells : Cells.requirePyramid(output.elements() / row, width, height, output)) {
                for (int cell = 0; cell < cells.count(); cell++, at += row) {
                    for (int shape = 0; shape < shapes; shape++) {
                        int from = at + shape * BOX;
                        double objectness = output.get(at + shapes * BOX + shape);
                        if (objectness > threshold) {
                            Box box = Box.around(
                                    (2 * output.get(from) - 0.5 + cells.column(cell)) * cells.stride(),
                                    (2 * output.get(from + 1) - 0.5 + cells.row(cell)) * cells.stride(),
                                    4 * square(output.get(from + 2)) * anchors.get(2 * (anchor + shape)),
                                    4 * square(output.get(from + 3)) * anchors.get(2 * (anchor + shape) + 1));
                            for (int c = classes; c < row; c++) {
                                double score = objectness * output.get(at + c);
                                if (score > threshold) {
                                    found.add(new Detection(c - classes, score, box));
                                }
                            }
                        }
                    }
                }
                anchor += shapes;
            }
            return found;
        };
    }

    private static double square(double value) {
        return value * value;
    }

    private static ModelOutput single(List<ModelOutput> outputs, String family) {
        if (outputs.size() != 1) {
            throw new IllegalArgumentException(family + " has one output, but the model has " + outputs);
        }
        return outputs.getFirst();
    }

    private static void requireClasses(ModelOutput output, int row, int others) {
        if (row <= others) {
            throw new IllegalArgumentException(
                    "the output " + output + " has no classes beside " + others + " values per box");
        }
    }

    private static Box centred(ModelOutput output, int at, int step) {
        return Box.around(output.get(at), output.get(at + step), output.get(at + 2 * step), output.get(at + 3 * step));
    }

    private static void addClasses(
            ModelOutput output, int at, Box box, boolean logits, double threshold, List<Detection> found) {
        double objectness = Scores.score(output.get(at + BOX), logits);
        if (objectness > threshold) {
            int end = at + output.size(-1);
            for (int i = at + BOX + 1; i < end; i++) {
                double score = objectness * Scores.score(output.get(i), logits);
                if (score > threshold) {
                    found.add(new Detection(i - at - BOX - 1, score, box));
                }
            }
        }
    }
}
