package dev.octavo.tools.tasks;

import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Placement;
import java.util.List;

/**
 * Reads masks from the output of a segmenter: scores [1, classes, H, W] or [1, H, W, classes], of which the greatest is the
 * class; one score per pixel for foreground against background, as logit or probability; or classes [1, H, W] themselves.
 */
public final class Segmentation {
    private static final int MOST_CLASSES = 256;

    private final ModelOutput output;
    private final int classes;
    private final int height;
    private final int width;
    private final int perClass;
    private final int perPixel;

    private Segmentation(ModelOutput output, int classes, int height, int width, boolean channelsLast) {
        this.output = output;
        this.classes = classes;
        this.height = height;
        this.width = width;
        this.perClass = channelsLast ? 1 : height * width;
        this.perPixel = channelsLast ? classes : 1;
    }

    /**
     * Reads the first output.
     *
     * @throws IllegalArgumentException if it is no segmenter's
     */
    public static Segmentation of(List<ModelOutput> outputs) {
        ModelOutput output = outputs.getFirst();
        if (output.rank() == 3 && output.size(0) == 1) {
            return new Segmentation(output, 1, output.size(1), output.size(2), false);
        }
        if (output.rank() == 4 && output.size(0) == 1) {
            // Fewer classes than pixels in a row: which axis they are on is certain but for the smallest masks.
            boolean last = output.size(3) < output.size(1);
            int classes = last ? output.size(3) : output.size(1);
            if (classes <= MOST_CLASSES) {
                return last
                        ? new Segmentation(output, classes, output.size(1), output.size(2), true)
                        : new Segmentation(output, classes, output.size(2), output.size(3), false);
            }
        }
        throw new IllegalArgumentException(
                "a segmenter gives [1, classes, H, W], [1, H, W, classes] or [1, H, W], but the" + " model " + outputs);
    }

    /** Returns how many classes a mask may have: 2 for foreground and background, and 256 where the output is the classes. */
    public int classes() {
        return classes > 1 ? classes : integers() ? MOST_CLASSES : 2;
    }

    /**
     * Returns the mask of a picture. Scores are interpolated between the cells of the output before they are compared; what
     * of the picture the model has not seen is class 0.
     *
     * @param placement of the picture in the input of the model
     */
    public Mask mask(Picture picture, PictureInput input, Placement placement) {
        byte[] labels = new byte[picture.width() * picture.height()];
        boolean whole = classes == 1 && integers();
        double cut = classes == 1 && output.least() >= 0 && output.greatest() <= 1 ? 0.5 : 0;
        float[] scores = new float[classes];
        double perColumn = (double) width / input.width();
        double perRow = (double) height / input.height();
        for (int y = 0; y < picture.height(); y++) {
            double row = placement.inputY(y + 0.5) * perRow - 0.5;
            if (y < placement.y() || y >= placement.y() + placement.height()) {
                continue;
            }
            for (int x = placement.x(); x < placement.x() + placement.width(); x++) {
                double column = placement.inputX(x + 0.5) * perColumn - 0.5;
                int label;
                if (whole) {
                    label = Math.round(at(0, nearest(row, height), nearest(column, width)));
                } else {
                    interpolate(row, column, scores);
                    label = classes == 1 ? (scores[0] > cut ? 1 : 0) : best(scores);
                }
                labels[y * picture.width() + x] = (byte) label;
            }
        }
        return Mask.of(picture.width(), picture.height(), labels);
    }

    /** Whether one number per pixel is the class itself. */
    private boolean integers() {
        if (output.least() < 0 || output.greatest() <= 1 || output.greatest() >= MOST_CLASSES) {
            return false;
        }
        for (int i = 0; i < output.elements(); i++) {
            if (output.get(i) != Math.rint(output.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static int nearest(double place, int size) {
        return Math.clamp(Math.round(place), 0, size - 1);
    }

    private void interpolate(double row, double column, float[] scores) {
        double clampedRow = Math.clamp(row, 0.0, height - 1.0);
        double clampedColumn = Math.clamp(column, 0.0, width - 1.0);
        int top = (int) clampedRow;
        int left = (int) clampedColumn;
        int bottom = Math.min(top + 1, height - 1);
        int right = Math.min(left + 1, width - 1);
        float down = (float) (clampedRow - top);
        float across = (float) (clampedColumn - left);
        for (int c = 0; c < classes; c++) {
            float upper = at(c, top, left) + across * (at(c, top, right) - at(c, top, left));
            float lower = at(c, bottom, left) + across * (at(c, bottom, right) - at(c, bottom, left));
            scores[c] = upper + down * (lower - upper);
        }
    }

    private float at(int label, int row, int column) {
        return output.get(label * perClass + (row * width + column) * perPixel);
    }

    private static int best(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }
}
