package dev.octavo.tools.vision;

/**
 * Where a picture went in the input of a model: the rectangle of the picture at ({@code x}, {@code y}), of {@code width} by
 * {@code height} pixels, fills the rectangle of the input at ({@code left}, {@code top}), of {@code fittedWidth} by {@code
 * fittedHeight}.
 */
public record Placement(int x, int y, int width, int height, int left, int top, int fittedWidth, int fittedHeight) {
    /** Checks the sizes. */
    public Placement {
        if (width < 1 || height < 1 || fittedWidth < 1 || fittedHeight < 1) {
            throw new IllegalArgumentException(
                    "a rectangle is empty: " + width + "×" + height + " to " + fittedWidth + "×" + fittedHeight);
        }
    }

    /** Returns the column of the picture, in pixels from its left edge, that lies at a column of the input. */
    public double pictureX(double inputX) {
        return x + (inputX - left) * width / fittedWidth;
    }

    /** Returns the row of the picture, in pixels from its upper edge, that lies at a row of the input. */
    public double pictureY(double inputY) {
        return y + (inputY - top) * height / fittedHeight;
    }

    /** Returns the column of the input that shows a column of the picture. */
    public double inputX(double pictureX) {
        return left + (pictureX - x) * fittedWidth / width;
    }

    /** Returns the row of the input that shows a row of the picture. */
    public double inputY(double pictureY) {
        return top + (pictureY - y) * fittedHeight / height;
    }
}
