package dev.octavo.tools.vision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Printable ASCII in 5×8 pixels, drawn from a resource of this package: unlike the fonts of the platform it looks the same
 * everywhere, and is there on machines that have none.
 */
final class BitmapFont {
    /** Pixels from one character to the next. */
    static final int ADVANCE = 6;

    /** Rows of a character; the last is for descenders. */
    static final int HEIGHT = 8;

    private static final int WIDTH = 5;
    private static final int FIRST = ' ';
    private static final int PER_LINE = 16;
    private static final char UNKNOWN = 0x7f;
    private static final List<String> PIXELS = load();

    private BitmapFont() {}

    private static List<String> load() {
        try (InputStream in = BitmapFont.class.getResourceAsStream("font-5x8.txt")) {
            if (in == null) {
                throw new IllegalStateException("font-5x8.txt is missing beside " + BitmapFont.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the pixel at ({@code x}, {@code y}) of a character is ink; characters beyond ASCII are an empty box. */
    static boolean ink(char character, int x, int y) {
        int glyph = (character < FIRST || character > UNKNOWN ? UNKNOWN : character) - FIRST;
        String line = PIXELS.get(glyph / PER_LINE * HEIGHT + y);
        return x < WIDTH && line.charAt(glyph % PER_LINE * (WIDTH + 1) + x) == '#';
    }
}
