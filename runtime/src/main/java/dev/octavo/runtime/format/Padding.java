package dev.octavo.runtime.format;

/**
 * Pixels of padding around a feature map.
 *
 * @param top rows before the first, not negative
 * @param left columns before the first, not negative
 * @param bottom rows after the last, not negative
 * @param right columns after the last, not negative
 */
public record Padding(int top, int left, int bottom, int right) {
    /** Pads no side. */
    public static final Padding NONE = new Padding(0, 0, 0, 0);

    /** Checks the ranges. */
    public Padding {
        if (top < 0 || left < 0 || bottom < 0 || right < 0) {
            throw new IllegalArgumentException("negative padding: " + top + ", " + left + ", " + bottom + ", " + right);
        }
    }

    /** Returns whether no side is padded. */
    public boolean isNone() {
        return (top | left | bottom | right) == 0;
    }

    /** Returns the pixels of the widest side. */
    public int most() {
        return Math.max(Math.max(top, bottom), Math.max(left, right));
    }
}
