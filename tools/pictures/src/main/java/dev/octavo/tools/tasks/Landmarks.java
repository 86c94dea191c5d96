package dev.octavo.tools.tasks;

import dev.octavo.tools.vision.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads points from the first output whose length is even: {@code x, y, x, y, …} as parts of the input, as those who train on
 * [0, 1] have it, or in pixels of the input.
 */
public final class Landmarks {
    /** Points may lie a little outside of the picture. */
    private static final float FARTHEST_PART = 2;

    private Landmarks() {}

    /**
     * Returns the points in pixels of the picture.
     *
     * @param placement of the picture in the input of the model
     * @throws IllegalArgumentException if no output has pairs of coordinates
     */
    public static List<Point> of(List<ModelOutput> outputs, PictureInput input, Placement placement) {
        ModelOutput output = outputs.stream()
                .filter(candidate -> candidate.elements() % 2 == 0)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no output has pairs of coordinates: " + outputs));
        boolean parts = output.least() >= -FARTHEST_PART && output.greatest() <= FARTHEST_PART;
        double perX = parts ? input.width() : 1;
        double perY = parts ? input.height() : 1;
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < output.elements(); i += 2) {
            points.add(
                    new Point(placement.pictureX(output.get(i) * perX), placement.pictureY(output.get(i + 1) * perY)));
        }
        return List.copyOf(points);
    }
}
