package dev.octavo.tools.tasks;

import java.util.ArrayList;
import java.util.List;

/**
 * SSD (Liu et al. 2016) as TensorFlow's detection models encode it: boxes [1, N, 4] of {@code y, x, h, w} relative to
 * anchors, with variances 0.1, 0.1, 0.2, 0.2, and scores [1, N, classes] of which class 0 is the background.
 *
 * <p>Scores of 91 or 90 classes are those of COCO by the numbers of its paper, of which ten are not used; labels are then
 * the 80 classes that occur, in their order.
 */
final class SsdDecoder implements DetectionDecoder {
    private static final int BOX = 4;
    private static final double CENTRE_VARIANCE = 0.1;
    private static final double SIZE_VARIANCE = 0.2;

    private final int width;
    private final int height;
    private final List<Float> anchors;

    /**
     * Creates a decoder.
     *
     * @param anchors per box centre y, centre x, height, width, as parts of the input
     */
    SsdDecoder(int width, int height, List<Float> anchors) {
        this.width = width;
        this.height = height;
        this.anchors = anchors;
    }

    @Override
    public List<Detection> decode(List<ModelOutput> outputs, double threshold) {
        BoxesAndScores pair = BoxesAndScores.of(outputs, "ssd");
        ModelOutput boxes = pair.boxes();
        ModelOutput scores = pair.scores();
        int classes = scores.size(-1);
        int count = boxes.elements() / BOX;
        if (anchors.size() != count * BOX) {
            throw new IllegalArgumentException("the output " + boxes + " has " + count + " boxes, but there are "
                    + anchors.size() / BOX + " anchors; give --anchors a file with one row y, x, h, w for each box");
        }
        boolean logits = Scores.areLogits(scores, 0, classes);
        List<Detection> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Box box = null;
            for (int c = classes == CocoClasses.PAPER_CLASSES ? 0 : 1; c < classes; c++) {
                double score = Scores.score(scores.get(i * classes + c), logits);
                int label = label(c, classes);
                if (score > threshold && label >= 0) {
                    if (box == null) {
                        box = box(boxes, i * BOX);
                    }
                    found.add(new Detection(label, score, box));
                }
            }
        }
        return found;
    }

    private static int label(int column, int classes) {
        if (classes == CocoClasses.PAPER_CLASSES + 1) {
            return CocoClasses.label(column);
        }
        return classes == CocoClasses.PAPER_CLASSES ? CocoClasses.label(column + 1) : column - 1;
    }

    private Box box(ModelOutput boxes, int at) {
        double anchorHeight = anchors.get(at + 2);
        double anchorWidth = anchors.get(at + 3);
        return Box.around(
                (boxes.get(at + 1) * CENTRE_VARIANCE * anchorWidth + anchors.get(at + 1)) * width,
                (boxes.get(at) * CENTRE_VARIANCE * anchorHeight + anchors.get(at)) * height,
                Math.exp(boxes.get(at + 3) * SIZE_VARIANCE) * anchorWidth * width,
                Math.exp(boxes.get(at + 2) * SIZE_VARIANCE) * anchorHeight * height);
    }
}
