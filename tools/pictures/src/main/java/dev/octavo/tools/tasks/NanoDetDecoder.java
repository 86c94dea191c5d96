package dev.octavo.tools.tasks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * NanoDet and NanoDet-Plus: class scores per cell, and for each side of the box a distribution over whole multiples of the
 * stride (Generalized Focal Loss, Li et al. 2020, section 3.2): a distance is stride · Σ i · softmax(d)_i.
 */
final class NanoDetDecoder implements DetectionDecoder {
    private static final int SIDES = 4;
    private static final int PLUS_BINS = 8;

    private final int width;
    private final int height;
    private final boolean plus;

    /**
     * Creates a decoder.
     *
     * @param plus whether cells are placed as NanoDet-Plus does, at cell · stride, and not in their middle, at cell · stride
     *     + (stride − 1) / 2
     */
    NanoDetDecoder(int width, int height, boolean plus) {
        this.width = width;
        this.height = height;
        this.plus = plus;
    }

    @Override
    public List<Detection> decode(List<ModelOutput> outputs, double threshold) {
        List<Detection> found = new ArrayList<>();
        if (outputs.size() == 1) {
            ModelOutput output = outputs.getFirst();
            int row = output.size(-1);
            int classes = row - SIDES * PLUS_BINS;
            require(classes > 0, outputs);
            boolean logits = Scores.areLogits(output, 0, classes);
            int at = 0;
            for (Cells cells : Cells.requirePyramid(output.elements() / row, width, height, output)) {
                for (int cell = 0; cell < cells.count(); cell++, at += row) {
                    add(cells, cell, output, at, classes, logits, output, at + classes, PLUS_BINS, threshold, found);
                }
            }
            return found;
        }
        require(outputs.size() % 2 == 0, outputs);
        // The sort is stable, and scores come before distances.
        List<ModelOutput> bySize = new ArrayList<>(outputs);
        bySize.sort(Comparator.comparingInt((ModelOutput output) -> -cells(output)));
        for (int level = 0; level < outputs.size() / 2; level++) {
            ModelOutput scores = bySize.get(2 * level);
            ModelOutput distances = bySize.get(2 * level + 1);
            require(cells(scores) == cells(distances), outputs);
            Cells cells = Cells.requireSingle(cells(scores), width, height, scores);
            int classes = scores.size(-1);
            int bins = distances.size(-1) / SIDES;
            require(bins >= 2, outputs);
            boolean logits = Scores.areLogits(scores, 0, classes);
            for (int cell = 0; cell < cells.count(); cell++) {
                int at = cell * SIDES * bins;
                add(cells, cell, scores, cell * classes, classes, logits, distances, at, bins, threshold, found);
            }
        }
        return found;
    }

    private static int cells(ModelOutput output) {
        return output.elements() / output.size(-1);
    }

    private static void require(boolean condition, List<ModelOutput> outputs) {
        if (!condition) {
            throw new IllegalArgumentException(
                    "nanodet gives scores [1, cells, classes] and distances [1, cells, 4 · bins]"
                            + " per stride, or one output [1, cells, classes + 32], but the model " + outputs);
        }
    }

    private void add(
            Cells cells,
            int cell,
            ModelOutput scores,
            int scoresAt,
            int classes,
            boolean logits,
            ModelOutput distances,
            int distancesAt,
            int bins,
            double threshold,
            List<Detection> found) {
        Box box = null;
        for (int c = 0; c < classes; c++) {
            double score = Scores.score(scores.get(scoresAt + c), logits);
            if (score > threshold) {
                if (box == null) {
                    double shift = plus ? 0 : (cells.stride() - 1) / 2.0;
                    double x = cells.column(cell) * cells.stride() + shift;
                    double y = cells.row(cell) * cells.stride() + shift;
                    box = new Box(
                            x - cells.stride() * expectation(distances, distancesAt, bins),
                            y - cells.stride() * expectation(distances, distancesAt + bins, bins),
                            x + cells.stride() * expectation(distances, distancesAt + 2 * bins, bins),
                            y + cells.stride() * expectation(distances, distancesAt + 3 * bins, bins));
                }
                found.add(new Detection(c, score, box));
            }
        }
    }

    private static double expectation(ModelOutput distances, int at, int bins) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < bins; i++) {
            largest = Math.max(largest, distances.get(at + i));
        }
        double sum = 0;
        double weighted = 0;
        for (int i = 0; i < bins; i++) {
            double weight = Math.exp(distances.get(at + i) - largest);
            sum += weight;
            weighted += i * weight;
        }
        return weighted / sum;
    }
}
