package dev.octavo.tools.data;

import dev.octavo.tools.vision.Canvas;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PngWriter;
import dev.octavo.tools.vision.Resize;
import java.nio.file.Path;
import java.util.List;

/** A picture of many pictures in a grid, each in a frame whose colour says what became of it, with a caption below. */
public final class ContactSheet {
    /** What the frame of a picture says. */
    public enum Verdict {
        /** Green. */
        RIGHT(0x2e9e4f),
        /** Red. */
        WRONG(0xd03030),
        /** Grey. */
        NONE(0xb0b0b0);

        private final int colour;

        Verdict(int colour) {
            this.colour = colour;
        }
    }

    /** A picture with lines of ASCII text below it; lines that are too long are cut off. */
    public record Cell(Picture picture, List<String> caption, Verdict verdict) {
        /** Keeps a copy of the caption. */
        public Cell {
            caption = List.copyOf(caption);
        }
    }

    private static final int PAPER = 0xffffff;
    private static final int INK = 0x202020;
    private static final int MARGIN = 12;
    private static final int FRAME = 3;
    private static final int LINE = Canvas.TEXT_HEIGHT + 2;
    private static final int TITLE_SCALE = 2;

    private ContactSheet() {}

    /**
     * Draws the sheet and stores it as PNG.
     *
     * @throws DataException if the file cannot be written
     */
    public static void write(Path file, String title, List<Cell> cells, int columns, int side) {
        PngWriter.write(draw(title, cells, columns, side), file);
    }

    /**
     * Draws the sheet.
     *
     * @param title one line above everything; may be empty
     * @param cells from left to right, then down
     * @param side pixels of the square that each picture is fitted into, keeping its proportions
     */
    public static Picture draw(String title, List<Cell> cells, int columns, int side) {
        if (cells.isEmpty() || columns < 1 || side < 1) {
            throw new IllegalArgumentException(cells.size() + " pictures in " + columns + " columns of " + side);
        }
        int lines = cells.stream().mapToInt(cell -> cell.caption().size()).max().orElse(0);
        int cellWidth = side + 2 * FRAME + MARGIN;
        int cellHeight = side + 2 * FRAME + MARGIN + lines * LINE + (lines > 0 ? FRAME : 0);
        int rows = (cells.size() + columns - 1) / columns;
        int used = Math.min(columns, cells.size());
        int titleWidth = title.length() * Canvas.TEXT_ADVANCE * TITLE_SCALE;
        int top = title.isEmpty() ? MARGIN : MARGIN + TITLE_SCALE * Canvas.TEXT_HEIGHT + MARGIN;
        int width = Math.max(used * cellWidth, titleWidth + MARGIN) + MARGIN;
        Canvas canvas = new Canvas(width, top + rows * cellHeight, PAPER);
        canvas.text(title, MARGIN, MARGIN, TITLE_SCALE, INK);
        for (int i = 0; i < cells.size(); i++) {
            drawCell(canvas, cells.get(i), MARGIN + i % columns * cellWidth, top + i / columns * cellHeight, side);
        }
        return canvas.picture();
    }

    private static void drawCell(Canvas canvas, Cell cell, int x, int y, int side) {
        int framed = side + 2 * FRAME;
        canvas.fill(x, y, framed, framed, cell.verdict().colour);
        canvas.fill(x + FRAME, y + FRAME, side, side, PAPER);
        Picture fitted = fitted(cell.picture(), side);
        canvas.draw(fitted, x + FRAME + (side - fitted.width()) / 2, y + FRAME + (side - fitted.height()) / 2);
        int longest = framed / Canvas.TEXT_ADVANCE;
        for (int line = 0; line < cell.caption().size(); line++) {
            String text = cell.caption().get(line);
            String cut = text.length() <= longest ? text : text.substring(0, longest);
            canvas.text(cut, x, y + framed + FRAME + line * LINE, 1, INK);
        }
    }

    /** Shrunk smoothly, or enlarged by a whole factor so that single pixels stay visible. */
    private static Picture fitted(Picture picture, int side) {
        int longer = Math.max(picture.width(), picture.height());
        if (longer > side) {
            return Resize.triangle(
                    picture, Math.max(1, (int) Math.round((double) picture.width() * side / longer)), Math.max(1, (int)
                            Math.round((double) picture.height() * side / longer)));
        }
        int factor = side / longer;
        int channels = picture.channels();
        int width = picture.width() * factor;
        byte[] enlarged = new byte[width * picture.height() * factor * channels];
        for (int i = 0; i < enlarged.length; i++) {
            int column = i / channels % width;
            int row = i / channels / width;
            enlarged[i] = (byte) picture.sample(column / factor, row / factor, i % channels);
        }
        return Picture.of(width, picture.height() * factor, channels, enlarged);
    }
}
