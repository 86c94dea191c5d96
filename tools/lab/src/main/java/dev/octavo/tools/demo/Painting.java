package dev.octavo.tools.demo;

import dev.octavo.tools.demo.Outline.Point;
import java.util.List;

/**
 * A small RGB picture in floating point, painted through distances to outlines. It uses nothing but IEEE arithmetic and
 * {@link Math#sqrt}, so every JVM paints the same bytes.
 */
final class Painting {
    static final int CHANNELS = 3;

    private final int size;
    private final double[] rgb;

    /** A black square of {@code size} pixels a side. */
    Painting(int size) {
        this.size = size;
        rgb = new double[size * size * CHANNELS];
    }

    /**
     * A colour.
     *
     * @param r red, in 0..255
     * @param g green, in 0..255
     * @param b blue, in 0..255
     */
    record Colour(double r, double g, double b) {
        /** The colour at {@code t} in 0..1 on the way to {@code other}. */
        Colour towards(Colour other, double t) {
            return new Colour(r + t * (other.r - r), g + t * (other.g - g), b + t * (other.b - b));
        }

        /** How bright it looks, in 0..255. */
        double luma() {
            return 0.3 * r + 0.59 * g + 0.11 * b;
        }
    }

    /** A value for every place of the picture. */
    @FunctionalInterface
    interface Field {
        /** The value at pixel (x, y). */
        double at(int x, int y);
    }

    /** Blends {@code colour} over the picture with the weights of {@code opacity}, in 0..1. */
    void blend(Colour colour, Field opacity) {
        blend(colour, opacity, 0, size, 0, size);
    }

    /**
     * Paints the inside of closed lines, even–odd.
     *
     * @param softness the width of the edge in pixels
     */
    void fill(Outline shape, Colour colour, double opacity, double softness) {
        paint(shape, 0, true, colour, opacity, softness);
    }

    /**
     * Paints lines with round ends.
     *
     * @param width of the line, in pixels
     * @param softness the width of its edges, in pixels
     */
    void stroke(Outline shape, double width, Colour colour, double opacity, double softness) {
        paint(shape, width / 2, false, colour, opacity, softness);
    }

    /** Multiplies every pixel by the field. */
    void light(Field gain) {
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double factor = gain.at(x, y);
                for (int c = 0; c < CHANNELS; c++) {
                    rgb[(y * size + x) * CHANNELS + c] *= factor;
                }
            }
        }
    }

    /** Moves {@code weight} of every pixel to each of its two neighbours in direction (dx, dy); edges are replicated. */
    void blur(int dx, int dy, double weight) {
        double[] source = rgb.clone();
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int here = (y * size + x) * CHANNELS;
                int before = (clamp(y - dy) * size + clamp(x - dx)) * CHANNELS;
                int after = (clamp(y + dy) * size + clamp(x + dx)) * CHANNELS;
                for (int c = 0; c < CHANNELS; c++) {
                    rgb[here + c] =
                            (1 - 2 * weight) * source[here + c] + weight * (source[before + c] + source[after + c]);
                }
            }
        }
    }

    /**
     * Adds noise.
     *
     * @param grey standard deviation of what all channels of a pixel share
     * @param colour standard deviation of each channel on its own
     */
    void addNoise(PictureRandom random, double grey, double colour) {
        for (int pixel = 0; pixel < rgb.length; pixel += CHANNELS) {
            double shared = grey * random.bell();
            for (int c = 0; c < CHANNELS; c++) {
                rgb[pixel + c] += shared + colour * random.bell();
            }
        }
    }

    /** The picture as uint8, row by row, the channels of a pixel together; values outside 0..255 are clamped. */
    byte[] toBytes() {
        byte[] bytes = new byte[rgb.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) (Math.max(0, Math.min(255, rgb[i])) + 0.5);
        }
        return bytes;
    }

    private int clamp(int coordinate) {
        return Math.max(0, Math.min(size - 1, coordinate));
    }

    private void blend(Colour colour, Field opacity, int fromX, int toX, int fromY, int toY) {
        for (int y = fromY; y < toY; y++) {
            for (int x = fromX; x < toX; x++) {
                double weight = opacity.at(x, y);
                if (weight > 0) {
                    int pixel = (y * size + x) * CHANNELS;
                    rgb[pixel] += weight * (colour.r - rgb[pixel]);
                    rgb[pixel + 1] += weight * (colour.g - rgb[pixel + 1]);
                    rgb[pixel + 2] += weight * (colour.b - rgb[pixel + 2]);
                }
            }
        }
    }

    private void paint(
            Outline shape, double halfWidth, boolean filled, Colour colour, double opacity, double softness) {
        double margin = halfWidth + softness + 1;
        double left = size;
        double right = 0;
        double top = size;
        double bottom = 0;
        for (List<Point> line : shape.lines()) {
            for (Point point : line) {
                left = Math.min(left, point.x() - margin);
                right = Math.max(right, point.x() + margin);
                top = Math.min(top, point.y() - margin);
                bottom = Math.max(bottom, point.y() + margin);
            }
        }
        Segments segments = Segments.of(shape);
        blend(
                colour,
                (x, y) -> {
                    double distance = segments.distance(x + 0.5, y + 0.5, filled) - halfWidth;
                    return opacity * Math.max(0, Math.min(1, 0.5 - distance / softness));
                },
                (int) Math.max(0, left),
                (int) Math.min(size, right),
                (int) Math.max(0, top),
                (int) Math.min(size, bottom));
    }

    /** The straight pieces of an outline, five numbers each: start x, y, direction x, y, 1 / length². */
    private static final class Segments {
        private static final int STRIDE = 5;
        /** Keeps a piece without length from dividing by zero. */
        private static final double TINY = 1e-12;

        private final double[] values;

        private Segments(double[] values) {
            this.values = values;
        }

        static Segments of(Outline shape) {
            int pieces =
                    shape.lines().stream().mapToInt(line -> line.size() - 1).sum();
            double[] values = new double[STRIDE * pieces];
            int at = 0;
            for (List<Point> line : shape.lines()) {
                for (int i = 1; i < line.size(); i++) {
                    Point a = line.get(i - 1);
                    Point b = line.get(i);
                    double dx = b.x() - a.x();
                    double dy = b.y() - a.y();
                    values[at++] = a.x();
                    values[at++] = a.y();
                    values[at++] = dx;
                    values[at++] = dy;
                    values[at++] = 1 / (dx * dx + dy * dy + TINY);
                }
            }
            return new Segments(values);
        }

        /** The distance to the nearest piece, negative where {@code signed} and inside by the even–odd rule. */
        double distance(double x, double y, boolean signed) {
            double nearest = Double.MAX_VALUE;
            boolean inside = false;
            for (int i = 0; i < values.length; i += STRIDE) {
                double px = x - values[i];
                double py = y - values[i + 1];
                double dx = values[i + 2];
                double dy = values[i + 3];
                double t = Math.max(0, Math.min(1, (px * dx + py * dy) * values[i + 4]));
                double rx = px - t * dx;
                double ry = py - t * dy;
                nearest = Math.min(nearest, rx * rx + ry * ry);
                if (py < 0 != py - dy < 0 && px < py / dy * dx) {
                    inside = !inside;
                }
            }
            double distance = Math.sqrt(nearest);
            return signed && inside ? -distance : distance;
        }
    }
}
