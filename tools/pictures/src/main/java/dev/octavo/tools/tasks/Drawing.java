package dev.octavo.tools.tasks;

import dev.octavo.tools.vision.Canvas;
import dev.octavo.tools.vision.Picture;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

/** Draws what a network found over the picture in which it did. */
public final class Drawing {
    private static final int INK = 0xffffff;
    private static final int SHADE = 0x000000;
    private static final double MASK_OPACITY = 0.55;

    /** Hues that follow each other at this part of the circle stay far apart, however many there are. */
    private static final float GOLDEN_RATIO = 0.618034f;

    private Drawing() {}

    /** Returns the colour 0xRRGGBB of a class, the same in every picture. */
    public static int colour(int label) {
        return Color.HSBtoRGB(label * GOLDEN_RATIO, 0.85f, 0.9f) & 0xffffff;
    }

    /**
     * Returns the picture with boxes, their classes and scores, and landmarks.
     *
     * @param labels names of the classes; empty if unknown
     */
    public static Picture detections(Picture picture, List<Detection> detections, List<String> labels) {
        Canvas canvas = Canvas.on(picture);
        int scale = textScale(picture);
        // The best is drawn last and covers the others.
        for (Detection detection : detections.reversed()) {
            int colour = colour(detection.label());
            int x = (int) Math.round(detection.box().left());
            int y = (int) Math.round(detection.box().top());
            int width = (int) Math.round(detection.box().right()) - x;
            int height = (int) Math.round(detection.box().bottom()) - y;
            canvas.outline(x, y, width, height, 1 + scale, colour);
            detection.landmarks().forEach(point -> dot(canvas, point, scale, colour));
            String text = name(detection.label(), labels) + " " + Math.round(100 * detection.score()) + "%";
            int textHeight = Canvas.TEXT_HEIGHT * scale + 2;
            int textY = Math.max(0, y - textHeight);
            canvas.fill(x, textY, text.length() * Canvas.TEXT_ADVANCE * scale + 2, textHeight, colour);
            canvas.text(text, x + 2, textY + 2, scale, INK);
        }
        return canvas.picture();
    }

    /** Returns the picture with points. */
    public static Picture points(Picture picture, List<Point> points) {
        Canvas canvas = Canvas.on(picture);
        points.forEach(point -> dot(canvas, point, textScale(picture), colour(0)));
        return canvas.picture();
    }

    /**
     * Returns the picture under the colours of a mask, with a legend of its classes below; class 0 stays as it is.
     *
     * @param labels names of the classes; empty if unknown
     */
    public static Picture mask(Picture picture, Mask mask, List<String> labels) {
        List<Integer> occurring = new ArrayList<>();
        long[] counts = mask.counts();
        for (int label = 1; label < counts.length; label++) {
            if (counts[label] > 0) {
                occurring.add(label);
            }
        }
        int scale = textScale(picture);
        int line = (Canvas.TEXT_HEIGHT + 4) * scale;
        Canvas canvas = new Canvas(picture.width(), picture.height() + occurring.size() * line, SHADE);
        canvas.draw(picture, 0, 0);
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                int label = mask.label(x, y);
                if (label > 0) {
                    canvas.blend(x, y, 1, 1, colour(label), MASK_OPACITY);
                }
            }
        }
        for (int i = 0; i < occurring.size(); i++) {
            int label = occurring.get(i);
            int top = picture.height() + i * line;
            canvas.fill(2 * scale, top + scale, line - 2 * scale, line - 2 * scale, colour(label));
            canvas.text(name(label, labels), line + 2 * scale, top + 2 * scale, scale, INK);
        }
        return canvas.picture();
    }

    /** Returns the name of a class, or its number where names are unknown. */
    public static String name(int label, List<String> labels) {
        return label < labels.size() ? labels.get(label) : "class " + label;
    }

    private static int textScale(Picture picture) {
        return Math.max(1, Math.min(picture.width(), picture.height()) / 320);
    }

    private static void dot(Canvas canvas, Point point, int scale, int colour) {
        int x = (int) Math.round(point.x());
        int y = (int) Math.round(point.y());
        canvas.fill(x - scale - 1, y - scale - 1, 2 * scale + 3, 2 * scale + 3, INK);
        canvas.fill(x - scale, y - scale, 2 * scale + 1, 2 * scale + 1, colour);
    }
}
