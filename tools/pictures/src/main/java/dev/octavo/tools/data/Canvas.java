package dev.octavo.tools.data;

import java.util.Arrays;

/** A picture that is being drawn, in colours 0xRRGGBB. What lies outside is not drawn. */
final class Canvas {
    private final int width;
    private final int height;
    private final byte[] samples;

    Canvas(int width, int height, int colour) {
        this.width = width;
        this.height = height;
        this.samples = new byte[width * height * 3];
        fill(0, 0, width, height, colour);
    }

    void fill(int x, int y, int fillWidth, int fillHeight, int colour) {
        for (int row = Math.max(0, y); row < Math.min(height, y + fillHeight); row++) {
            for (int column = Math.max(0, x); column < Math.min(width, x + fillWidth); column++) {
                int at = (row * width + column) * 3;
                samples[at] = (byte) (colour >> 16);
                samples[at + 1] = (byte) (colour >> 8);
                samples[at + 2] = (byte) colour;
            }
        }
    }

    void draw(Picture picture, int x, int y) {
        byte[] source = picture.withChannels(3).array();
        for (int row = 0; row < picture.height(); row++) {
            for (int column = 0; column < picture.width(); column++) {
                int at = (row * picture.width() + column) * 3;
                int colour = (source[at] & 0xff) << 16 | (source[at + 1] & 0xff) << 8 | (source[at + 2] & 0xff);
                fill(x + column, y + row, 1, 1, colour);
            }
        }
    }

    /** Draws one line with its top left corner at ({@code x}, {@code y}), each pixel of the font {@code scale} wide. */
    void text(String text, int x, int y, int scale, int colour) {
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

    Picture picture() {
        return Picture.owning(width, height, 3, Arrays.copyOf(samples, samples.length));
    }
}
