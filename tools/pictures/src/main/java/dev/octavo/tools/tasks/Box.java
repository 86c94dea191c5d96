package dev.octavo.tools.tasks;

/** A rectangle between two corners, in pixels from the upper left corner of a picture. */
public record Box(double left, double top, double right, double bottom) {
    /** Returns the box around a centre. */
    public static Box around(double x, double y, double width, double height) {
        return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    }

    /** Returns the area in square pixels, 0 if the corners are out of order. */
    public double area() {
        return Math.max(0, right - left) * Math.max(0, bottom - top);
    }

    /** Returns the area of the common part. */
    public double intersection(Box other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /** Returns intersection over union, in [0, 1]; 0 if both are empty. */
    public double overlap(Box other) {
        double common = intersection(other);
        double union = area() + other.area() - common;
        return union > 0 ? common / union : 0;
    }

    /** Returns the part that lies inside a picture. */
    public Box within(int width, int height) {
        return new Box(
                Math.clamp(left, 0.0, width),
                Math.clamp(top, 0.0, height),
                Math.clamp(right, 0.0, width),
                Math.clamp(bottom, 0.0, height));
    }
}
