package dev.octavo.tools.tasks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Decoders of face detectors, which give landmarks beside boxes. */
final class FaceDecoders {
    private static final int BOX = 4;

    private FaceDecoders() {}

    /**
     * SCRFD (Guo et al. 2021): per stride scores [N, 1], distances [N, 4] to the sides of the box and landmarks [N, 10], in
     * strides, from the corner of the cell; two boxes per cell.
     */
    static DetectionDecoder scrfd(int width, int height) {
        return (outputs, threshold) -> {
            List<Detection> found = new ArrayList<>();
            List<ModelOutput> scores = ofWidth(outputs, 1);
            List<ModelOutput> boxes = ofWidth(outputs, BOX);
            List<ModelOutput> points = ofWidth(outputs, 10);
            requireLevels(!scores.isEmpty() && boxes.size() == scores.size(), "scrfd", outputs);
            requireLevels(points.isEmpty() || points.size() == scores.size(), "scrfd", outputs);
            List<Cells> pyramid = scrfdPyramid(scores, width, height, outputs);
            for (int l = 0; l < scores.size(); l++) {
                Cells cells = pyramid.get(l);
                int perCell = scores.get(l).elements() / cells.count();
                boolean logits = Scores.areLogits(scores.get(l), 0, 1);
                for (int i = 0; i < scores.get(l).elements(); i++) {
                    double score = Scores.score(scores.get(l).get(i), logits);
                    if (score > threshold) {
                        int cell = i / perCell;
                        double x = (double) cells.column(cell) * cells.stride();
                        double y = (double) cells.row(cell) * cells.stride();
                        ModelOutput box = boxes.get(l);
                        found.add(new Detection(
                                0,
                                score,
                                new Box(
                                        x - box.get(i * BOX) * cells.stride(),
                                        y - box.get(i * BOX + 1) * cells.stride(),
                                        x + box.get(i * BOX + 2) * cells.stride(),
                                        y + box.get(i * BOX + 3) * cells.stride()),
                                points.isEmpty() ? List.of() : points(points.get(l), i, x, y, cells.stride())));
                    }
                }
            }
            return found;
        };
    }

    private static List<Cells> scrfdPyramid(
            List<ModelOutput> scores, int width, int height, List<ModelOutput> outputs) {
        long total = scores.stream().mapToLong(ModelOutput::elements).sum();
        for (int perCell = 1; perCell <= 2; perCell++) {
            List<Cells> pyramid = Cells.pyramid(total / perCell, width, height);
            if (pyramid.size() == scores.size() && total % perCell == 0) {
                return pyramid;
            }
        }
        requireLevels(false, "scrfd", outputs);
        return List.of();
    }

    /**
     * YuNet (Wu et al. 2023): per stride class scores, objectness, boxes and landmarks; a score is √(class · objectness), a
     * centre (cell + x) · stride, a size exp(w) · stride, a landmark (cell + p) · stride.
     */
    static DetectionDecoder yunet(int width, int height) {
        return (outputs, threshold) -> {
            List<ModelOutput> scores = ofWidth(outputs, 1);
            List<ModelOutput> boxes = ofWidth(outputs, BOX);
            List<ModelOutput> points = ofWidth(outputs, 10);
            requireLevels(
                    !boxes.isEmpty() && scores.size() == 2 * boxes.size() && points.size() == boxes.size(),
                    "yunet",
                    outputs);
            List<Detection> found = new ArrayList<>();
            for (int l = 0; l < boxes.size(); l++) {
                ModelOutput box = boxes.get(l);
                Cells cells = Cells.requireSingle(box.elements() / BOX, width, height, box);
                ModelOutput one = scores.get(2 * l);
                ModelOutput other = scores.get(2 * l + 1);
                for (int i = 0; i < cells.count(); i++) {
                    double score = Math.sqrt(Math.clamp(one.get(i), 0f, 1f) * Math.clamp(other.get(i), 0f, 1f));
                    if (score > threshold) {
                        double x = (double) cells.column(i) * cells.stride();
                        double y = (double) cells.row(i) * cells.stride();
                        found.add(new Detection(
                                0,
                                score,
                                Box.around(
                                        x + box.get(i * BOX) * cells.stride(),
                                        y + box.get(i * BOX + 1) * cells.stride(),
                                        Math.exp(box.get(i * BOX + 2)) * cells.stride(),
                                        Math.exp(box.get(i * BOX + 3)) * cells.stride()),
                                points(points.get(l), i, x, y, cells.stride())));
                    }
                }
            }
            return found;
        };
    }

    /**
     * BlazeFace (Bazarevsky et al. 2019): boxes [1, 896, 16] of centre, size and six landmarks in pixels from their anchor,
     * logits [1, 896, 1].
     *
     * @param anchors centre x and y per box, as parts of the input; empty for those of the published models
     */
    static DetectionDecoder blazeface(int width, int height, List<Float> anchors) {
        List<Float> placed = anchors.isEmpty() ? blazefaceAnchors(width, height) : anchors;
        return (outputs, threshold) -> {
            List<ModelOutput> logits = ofWidth(outputs, 1);
            List<ModelOutput> rows = ofWidth(outputs, 16);
            requireLevels(logits.size() == 1 && rows.size() == 1, "blazeface", outputs);
            ModelOutput boxes = rows.getFirst();
            int count = logits.getFirst().elements();
            if (placed.size() != 2 * count) {
                throw new IllegalArgumentException("the output " + boxes + " has " + count + " boxes, but there are "
                        + placed.size() / 2 + " anchors; give --anchors a file with one row x, y for each box");
            }
            List<Detection> found = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                double score = Scores.sigmoid(logits.getFirst().get(i));
                if (score > threshold) {
                    double x = placed.get(2 * i) * width;
                    double y = placed.get(2 * i + 1) * height;
                    int at = 16 * i;
                    List<Point> points = new ArrayList<>();
                    for (int p = BOX; p < 16; p += 2) {
                        points.add(new Point(x + boxes.get(at + p), y + boxes.get(at + p + 1)));
                    }
                    Box box =
                            Box.around(x + boxes.get(at), y + boxes.get(at + 1), boxes.get(at + 2), boxes.get(at + 3));
                    found.add(new Detection(0, score, box, points));
                }
            }
            return found;
        };
    }

    /** Centres of cells: two per cell of the finer grid, six of the coarser one; strides 8 and 16 at 128 pixels. */
    private static List<Float> blazefaceAnchors(int width, int height) {
        List<Float> anchors = new ArrayList<>();
        int fine = width <= 128 ? 8 : 16;
        for (int level = 0; level < 2; level++) {
            Cells cells = Cells.of(fine << level, width, height);
            for (int cell = 0; cell < cells.count(); cell++) {
                for (int i = 0; i < (level == 0 ? 2 : 6); i++) {
                    anchors.add((cells.column(cell) + 0.5f) / cells.columns());
                    anchors.add((cells.row(cell) + 0.5f) / cells.rows());
                }
            }
        }
        return anchors;
    }

    /** The outputs with rows of a width, those with most rows, of the finest stride, first. */
    private static List<ModelOutput> ofWidth(List<ModelOutput> outputs, int width) {
        return outputs.stream()
                .filter(output -> output.size(-1) == width)
                .sorted(Comparator.comparingInt(output -> -output.elements()))
                .toList();
    }

    private static List<Point> points(ModelOutput output, int row, double x, double y, int stride) {
        int width = output.size(-1);
        List<Point> points = new ArrayList<>();
        for (int i = row * width; i < (row + 1) * width; i += 2) {
            points.add(new Point(x + output.get(i) * stride, y + output.get(i + 1) * stride));
        }
        return points;
    }

    private static void requireLevels(boolean condition, String family, List<ModelOutput> outputs) {
        if (!condition) {
            throw new IllegalArgumentException("the model's outputs are not those of " + family + ": " + outputs);
        }
    }
}
