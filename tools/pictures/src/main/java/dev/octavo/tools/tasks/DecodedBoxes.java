package dev.octavo.tools.tasks;

import java.util.ArrayList;
import java.util.List;

/** Decoders of detectors whose graph computes corners itself. */
final class DecodedBoxes {
    private static final int BOX = 4;

    private DecodedBoxes() {}

    /**
     * Boxes [1, N, 4] of {@code left, top, right, bottom} as parts of the input, and probabilities [1, N, classes] of which
     * class 0 is the background: UltraFace, PyTorch's SSD.
     */
    static DetectionDecoder corners(int width, int height) {
        return (outputs, threshold) -> {
            BoxesAndScores pair = BoxesAndScores.of(outputs, "corners");
            ModelOutput boxes = pair.boxes();
            int classes = pair.scores().size(-1);
            List<Detection> found = new ArrayList<>();
            for (int i = 0; i < boxes.elements() / BOX; i++) {
                for (int c = 1; c < classes; c++) {
                    double score = pair.scores().get(i * classes + c);
                    if (score > threshold) {
                        found.add(new Detection(c - 1, score, corners(boxes, i * BOX, width, height)));
                    }
                }
            }
            return found;
        };
    }

    /**
     * One output of rows {@code picture, class, score, left, top, right, bottom} in pixels, after suppression in the graph,
     * as PINTO's exports have it.
     */
    static DetectionDecoder rows() {
        return (outputs, threshold) -> {
            ModelOutput output = outputs.getFirst();
            if (outputs.size() != 1 || output.size(-1) != 7) {
                throw new IllegalArgumentException(
                        "rows of picture, class, score and four corners are expected, but the model gives " + outputs);
            }
            List<Detection> found = new ArrayList<>();
            for (int at = 0; at < output.elements(); at += 7) {
                if (output.get(at + 2) > threshold) {
                    found.add(new Detection(
                            Math.round(output.get(at + 1)), output.get(at + 2), corners(output, at + 3, 1, 1)));
                }
            }
            return found;
        };
    }

    private static Box corners(ModelOutput boxes, int at, int width, int height) {
        return new Box(
                boxes.get(at) * width,
                boxes.get(at + 1) * height,
                boxes.get(at + 2) * width,
                boxes.get(at + 3) * height);
    }
}
