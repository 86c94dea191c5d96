package dev.octavo.kernels;

/**
 * How far from the edges of a feature map something reaches.
 *
 * @param top rows, not negative
 * @param left columns, not negative
 * @param bottom rows, not negative
 * @param right columns, not negative
 */
public record Border(int top, int left, int bottom, int right) {
    /** No border. */
    public static final Border NONE = new Border(0, 0, 0, 0);

    /** Checks the ranges. */
    public Border {
        Checks.require(Math.min(Math.min(top, bottom), Math.min(left, right)) >= 0, "a border must not be negative");
    }

    /** Returns whether all four widths are 0. */
    public boolean isNone() {
        return (top | left | bottom | right) == 0;
    }
}
