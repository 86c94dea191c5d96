package dev.octavo.kernels.machine.work;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the output pixels of a convolution are covered with tiles of at most {@code limit} pixels.
 *
 * <p>Images, rows and columns that follow each other without a gap in every tensor are merged first, so that a 1×1
 * convolution sees one long row. Rows that are much shorter than a tile are taken several at a time.
 */
public final class PixelGrid {
    /** Steps in bytes through input, output and residual. */
    public record Step(long input, long output, long residual) {
        public static final Step NONE = new Step(0, 0, 0);

        public Step times(long count) {
            return new Step(input * count, output * count, residual * count);
        }

        public Step plus(Step other) {
            return new Step(input + other.input, output + other.output, residual + other.residual);
        }

        public Step minus(Step other) {
            return plus(other.times(-1));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Step step
                    && input == step.input
                    && output == step.output
                    && residual == step.residual;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(31 * (31 * input + output) + residual);
        }
    }

    /** An extent with the step between neighbours. */
    public record Axis(int size, Step step) {}

    /** How many of a window's taps along an axis, from the first and from the last on, meet nothing but zeros. */
    public record Skip(int first, int last) {
        public static final Skip NONE = new Skip(0, 0);

        /**
         * The taps of each window along an axis.
         *
         * @param windows how many
         * @param taps of a window
         * @param size of the input
         * @param before zeros at its beginning
         * @param after zeros at its end
         */
        public static List<Skip> along(
                int windows, int stride, int taps, int dilation, int size, int before, int after) {
            List<Skip> skips = new ArrayList<>();
            for (int i = 0; i < windows; i++) {
                int start = i * stride;
                int first = Math.clamp(Math.ceilDiv(before - start, dilation), 0, taps);
                int end = Math.clamp(Math.ceilDiv(size - after - start, dilation), 0, taps);
                skips.add(first < end ? new Skip(first, taps - end) : NONE);
            }
            return List.copyOf(skips);
        }

        public boolean isNone() {
            return (first | last) == 0;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Skip skip && first == skip.first && last == skip.last;
        }

        @Override
        public int hashCode() {
            return 31 * first + last;
        }
    }

    /**
     * A pixel of a tile.
     *
     * @param at offset from the tile's first
     * @param skip of its window's columns
     */
    public record Pixel(Step at, Skip skip) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Pixel pixel && at.equals(pixel.at) && skip.equals(pixel.skip);
        }

        @Override
        public int hashCode() {
            return 31 * at.hashCode() + skip.hashCode();
        }
    }

    /**
     * A tile that is repeated along a line.
     *
     * @param count how many follow each other
     * @param step from one tile to the next
     */
    public record TileRun(List<Pixel> pixels, int count, Step step) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof TileRun run
                    && count == run.count
                    && step.equals(run.step)
                    && pixels.equals(run.pixels);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * pixels.hashCode() + count) + step.hashCode();
        }
    }

    /**
     * Lines of the same tiles.
     *
     * @param tiles of a line, in order
     * @param lines how many there are
     * @param lineStep from the beginning of a line to the next
     * @param start of the first line
     * @param skip of the rows of the lines' windows
     */
    public record Region(List<TileRun> tiles, int lines, Step lineStep, Step start, Skip skip) {
        public int tilesPerLine() {
            int count = 0;
            for (TileRun run : tiles) {
                count += run.count;
            }
            return count;
        }
    }

    private final Axis images;
    private final List<Region> regions;

    private PixelGrid(Axis images, List<Region> regions) {
        this.images = images;
        this.regions = regions;
    }

    /** Covers images × rows × columns. */
    public static PixelGrid of(Axis images, Axis rows, Axis columns, int limit) {
        List<Axis> axes = merge(List.of(images, rows, columns));
        Axis outer = axes.get(0);
        Axis middle = axes.get(1);
        Axis inner = axes.get(2);
        List<Region> regions = new ArrayList<>();
        if (middle.size == 1) {
            split(inner, limit, regions);
        } else if (2 * inner.size <= limit) {
            int together = Math.min(middle.size, limit / inner.size);
            stacked(inner, middle, together, middle.size / together, 0, regions);
            stacked(inner, middle, 1, middle.size % together, middle.size / together * together, regions);
        } else {
            List<Region> line = new ArrayList<>();
            split(inner, limit, line);
            List<TileRun> tiles = new ArrayList<>();
            for (Region region : line) {
                TileRun tile = region.tiles.getFirst();
                tiles.add(new TileRun(tile.pixels, region.lines, region.lineStep));
            }
            regions.add(new Region(tiles, middle.size, middle.step, Step.NONE, Skip.NONE));
        }
        return new PixelGrid(outer, regions);
    }

    /**
     * Covers images × rows × columns, whose windows meet zeros.
     *
     * @param rowSkips of each row
     * @param columnSkips of each column
     */
    public static PixelGrid of(
            Axis images, Axis rows, Axis columns, int limit, List<Skip> rowSkips, List<Skip> columnSkips) {
        List<TileRun> line = new ArrayList<>();
        List<Region> parts = new ArrayList<>();
        split(columns, limit, parts);
        int column = 0;
        for (Region part : parts) {
            int width = part.tiles.getFirst().pixels.size();
            for (int i = 0; i < part.lines; i++) {
                List<Pixel> pixels = along(columns.step, columnSkips.subList(column, column + width));
                boolean again = !line.isEmpty() && line.getLast().pixels.equals(pixels);
                int count = again ? line.removeLast().count + 1 : 1;
                line.add(new TileRun(pixels, count, part.lineStep));
                column += width;
            }
        }
        List<Region> regions = new ArrayList<>();
        int end;
        for (int row = 0; row < rows.size; row = end) {
            Skip skip = rowSkips.get(row);
            end = row + 1;
            while (end < rows.size && rowSkips.get(end).equals(skip)) {
                end++;
            }
            regions.add(new Region(List.copyOf(line), end - row, rows.step, rows.step.times(row), skip));
        }
        return new PixelGrid(images, regions);
    }

    /** What is left after merging, apart from the regions: each region is repeated along this axis. */
    public Axis images() {
        return images;
    }

    public List<Region> regions() {
        return regions;
    }

    /** One row of pixels as lines of one tile each: first the larger tiles, then those one pixel smaller. */
    private static void split(Axis axis, int limit, List<Region> regions) {
        int tiles = (axis.size + limit - 1) / limit;
        int large = (axis.size + tiles - 1) / tiles;
        int larges = axis.size - tiles * (large - 1);
        Step start = Step.NONE;
        for (int i = 0; i < 2; i++) {
            int pixels = large - i;
            int count = i == 0 ? larges : tiles - larges;
            if (count > 0) {
                Step step = axis.step.times(pixels);
                regions.add(new Region(
                        List.of(new TileRun(along(axis.step, pixels), 1, step)), count, step, start, Skip.NONE));
                start = start.plus(step.times(count));
            }
        }
    }

    private static void stacked(Axis columns, Axis rows, int together, int lines, int firstRow, List<Region> regions) {
        if (lines == 0) {
            return;
        }
        List<Pixel> pixels = new ArrayList<>();
        for (int row = 0; row < together; row++) {
            for (Pixel pixel : along(columns.step, columns.size)) {
                pixels.add(new Pixel(pixel.at.plus(rows.step.times(row)), Skip.NONE));
            }
        }
        Step step = rows.step.times(together);
        regions.add(new Region(
                List.of(new TileRun(List.copyOf(pixels), 1, step)), lines, step, rows.step.times(firstRow), Skip.NONE));
    }

    private static List<Pixel> along(Step step, int count) {
        return along(step, Collections.nCopies(count, Skip.NONE));
    }

    private static List<Pixel> along(Step step, List<Skip> skips) {
        List<Pixel> pixels = new ArrayList<>();
        for (Skip skip : skips) {
            pixels.add(new Pixel(step.times(pixels.size()), skip));
        }
        return List.copyOf(pixels);
    }

    /** Joins neighbouring axes that advance evenly; always three, the last of them the longest run. */
    private static List<Axis> merge(List<Axis> axes) {
        List<Axis> merged = new ArrayList<>();
        for (Axis axis : axes) {
            if (axis.size == 1) {
                continue;
            }
            if (!merged.isEmpty() && merged.getLast().step.equals(axis.step.times(axis.size))) {
                Axis outer = merged.removeLast();
                merged.add(new Axis(outer.size * axis.size, axis.step));
            } else {
                merged.add(axis);
            }
        }
        while (merged.size() < 3) {
            merged.addFirst(new Axis(1, Step.NONE));
        }
        return merged;
    }
}
