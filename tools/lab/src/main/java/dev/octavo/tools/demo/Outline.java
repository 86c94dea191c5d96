package dev.octavo.tools.demo;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Polylines in the plane, x to the right and y downwards. The closed ones can be filled, all of them can be stroked.
 *
 * @param lines each a polyline of at least two points
 */
record Outline(List<List<Point>> lines) {
    private static final int ARC_STEP_DEGREES = 24;
    private static final int CURVE_STEPS = 6;

    /** A point of the plane. */
    record Point(double x, double y) {}

    /** Copies the lists. */
    Outline {
        lines = lines.stream().map(List::copyOf).toList();
    }

    /** One open polyline through {@code x0, y0, x1, y1, …}. */
    static Outline line(double... coordinates) {
        return new Outline(List.of(points(coordinates)));
    }

    /** One closed polyline through {@code x0, y0, x1, y1, …}, back to the first point. */
    static Outline polygon(double... coordinates) {
        List<Point> points = points(coordinates);
        points.add(points.getFirst());
        return new Outline(List.of(points));
    }

    /** A regular polygon around the origin with corners at distance 1, the first one at {@code degrees} from the x axis. */
    static Outline regular(int corners, double degrees) {
        double[] coordinates = new double[2 * corners];
        for (int corner = 0; corner < corners; corner++) {
            double angle = StrictMath.toRadians(degrees + 360.0 * corner / corners);
            coordinates[2 * corner] = StrictMath.cos(angle);
            coordinates[2 * corner + 1] = StrictMath.sin(angle);
        }
        return polygon(coordinates);
    }

    /**
     * Reads a path of absolute commands, one space between words: {@code M x y} starts a line, {@code L x y} draws one, {@code Q cx cy x y} is a
     * quadratic Bézier curve, and {@code A cx cy rx ry from to} an elliptical arc between two angles in degrees, joined to
     * the line that is open; angles grow clockwise from the x axis.
     */
    static Outline path(String commands) {
        List<List<Point>> lines = new ArrayList<>();
        List<Point> line = new ArrayList<>();
        Iterator<String> words = List.of(commands.split(" ")).iterator();
        while (words.hasNext()) {
            String command = words.next();
            switch (command) {
                case "M" -> {
                    addLine(lines, line);
                    line = new ArrayList<>(List.of(point(words)));
                }
                case "L" -> line.add(point(words));
                case "Q" -> addCurve(line, point(words), point(words));
                case "A" -> addArc(line, point(words), point(words), number(words), number(words));
                default -> throw new IllegalArgumentException("no path command " + command + " in " + commands);
            }
        }
        addLine(lines, line);
        return new Outline(lines);
    }

    /** The outline with every point moved. */
    Outline map(UnaryOperator<Point> move) {
        return new Outline(
                lines.stream().map(line -> line.stream().map(move).toList()).toList());
    }

    /** The outline, larger by {@code factor} around the origin. */
    Outline scaled(double factor) {
        return map(p -> new Point(factor * p.x(), factor * p.y()));
    }

    /** Whether every line ends where it starts, and so has an inside. */
    boolean isClosed() {
        return lines.stream().allMatch(line -> line.getFirst().equals(line.getLast()));
    }

    private static List<Point> points(double... coordinates) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < coordinates.length; i += 2) {
            points.add(new Point(coordinates[i], coordinates[i + 1]));
        }
        return points;
    }

    private static Point point(Iterator<String> words) {
        return new Point(number(words), number(words));
    }

    private static int number(Iterator<String> words) {
        return Integer.parseInt(words.next());
    }

    private static void addLine(List<List<Point>> lines, List<Point> line) {
        if (!line.isEmpty()) {
            lines.add(line);
        }
    }

    private static void addCurve(List<Point> line, Point control, Point end) {
        Point start = line.getLast();
        for (int step = 1; step <= CURVE_STEPS; step++) {
            double t = (double) step / CURVE_STEPS;
            double a = (1 - t) * (1 - t);
            double b = 2 * t * (1 - t);
            double c = t * t;
            line.add(new Point(
                    a * start.x() + b * control.x() + c * end.x(), a * start.y() + b * control.y() + c * end.y()));
        }
    }

    private static void addArc(List<Point> line, Point centre, Point radii, int from, int to) {
        int steps = (StrictMath.abs(to - from) + ARC_STEP_DEGREES - 1) / ARC_STEP_DEGREES;
        for (int step = 0; step <= steps; step++) {
            double angle = StrictMath.toRadians(from + (double) (to - from) * step / steps);
            line.add(new Point(
                    centre.x() + radii.x() * StrictMath.cos(angle), centre.y() + radii.y() * StrictMath.sin(angle)));
        }
    }
}
