package dev.octavo.tools.vision;

/** A picture that is being drawn, in colours 0xRRGGBB. What lies outside is not drawn. */
public final class Canvas {
    /** Pixels from one character to the next at scale 1. */
    public static final int TEXT_ADVANCE = BitmapFont.ADVANCE;

    /** Rows of a line of text at scale 1. */
    public static final int TEXT_HEIGHT = BitmapFont.HEIGHT;

    private final int width;
    private final int height;
    private final byte[] samples;

    /** Creates a canvas of one colour. */
    public Canvas(int width, int height, int colour) {
        this.width = width;
        this.height = height;
        this.samples = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        fill(0, 0, width, height, colour);
    }

    private Canvas(Picture picture) {
        this.width = picture.width();
        this.height = picture.height();
        this.samples = picture.withChannels(3).array().clone();
    }

    /** Returns a canvas that shows the picture, in colour. */
    public static Canvas on(Picture picture) {
        return new Canvas(picture);
    }

    /** Paints a rectangle. */
    public void fill(int x, int y, int fillWidth, int fillHeight, int colour) {
        blend(x, y, fillWidth, fillHeight, colour, 1);
    }

    /**
     * Paints a rectangle that lets through what is below.
     *
     * @param opacity in [0, 1]
     */
    public void blend(int x, int y, int fillWidth, int fillHeight, int colour, double opacity) {
        int weight = (int) Math.round(opacity * 256);
        for (int row = Math.max(0, y); row < Math.min(height, y + fillHeight); row++) {
            for (int column = Math.max(0, x); column < Math.min(width, x + fillWidth); column++) {
                int at = (row * width + column) * 3;
                for (int c = 0; c < 3; c++) {
                    int below = samples[at + c] & 0xff;
                    int above = colour >> (16 - 8 * c) & 0xff;
                    samples[at + c] = (byte) (below + (((above - below) * weight) >> 8));
                }
            }
        }
    }

    /** Draws the outline of a rectangle, {@code thickness} pixels wide and inside of it. */
    public void outline(int x, int y, int outlineWidth, int outlineHeight, int thickness, int colour) {
        fill(x, y, outlineWidth, thickness, colour);
        fill(x, y + outlineHeight - thickness, outlineWidth, thickness, colour);
        fill(x, y, thickness, outlineHeight, colour);
        fill(x + outlineWidth - thickness, y, thickness, outlineHeight, colour);
    }

    /** Draws a picture with its top left corner at ({@code x}, {@code y}). */
    public void draw(Picture picture, int x, int y) {
        byte[] source = picture.withChannels(3).array();
        int left = Math.max(0, x);
        int right = Math.min(width, x + picture.width());
        for (int row = Math.max(0, y); row < Math.min(height, y + picture.height()) && left < right; row++) {
            int from = ((row - y) * picture.width() + left - x) * 3;
            System.arraycopy(source, from, samples, (row * width + left) * 3, (right - left) * 3);
        }
    }

    /** Draws one line with its top left corner at ({@code x}, {@code y}), each pixel of the font {@code scale} wide. */
    public void text(String text, int x, int y, int scale, int colour) {
        for (int i = 0; i < text.length(); i++) {
            for (int row = 0; row < BitmapFont.HEIGHT; row++) {
                for (int column = 0; column < BitmapFont.ADVANCE; column++) {
                    if (BitmapFont.ink(text.charAt(i), column, row)) {
                        fill(x + (i * BitmapFont.ADVANCE + column) * scale, y + row * scale, scale, scale, colour);
                    }
                }
            }
        }
    }

    /** Returns what has been drawn so far. */
    public Picture picture() {
        return Picture.of(width, height, 3, samples);
    }
}
