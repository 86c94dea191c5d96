package dev.octavo.tools.tasks;

import java.util.ArrayList;
import java.util.List;

/** A grid of equal squares over the input of a detector; predictions come row by row. */
record Cells(int stride, int columns, int rows) {
    private static final int[][] PYRAMIDS = {
        {8, 16, 32}, {8, 16, 32, 64}, {16, 32}, {4, 8, 16, 32}, {8, 16}, {8}, {16}, {32}
    };

    static Cells of(int stride, int width, int height) {
        return new Cells(stride, Math.ceilDiv(width, stride), Math.ceilDiv(height, stride));
    }

    int count() {
        return columns * rows;
    }

    int column(int cell) {
        return cell % columns;
    }

    int row(int cell) {
        return cell / columns;
    }

    /** Returns the grids of the usual pyramids of strides whose cells number {@code cells}; none if there is no such. */
    static List<Cells> pyramid(long cells, int width, int height) {
        for (int[] strides : PYRAMIDS) {
            List<Cells> grids = new ArrayList<>();
            long count = 0;
            for (int stride : strides) {
                Cells grid = of(stride, width, height);
                grids.add(grid);
                count += grid.count();
            }
            if (count == cells) {
                return List.copyOf(grids);
            }
        }
        return List.of();
    }

    /** As {@link #pyramid}, where a network must have one. */
    static List<Cells> requirePyramid(long cells, int width, int height, ModelOutput output) {
        List<Cells> grids = pyramid(cells, width, height);
        if (grids.isEmpty()) {
            throw new IllegalArgumentException(
                    "the output " + output + " has no grid of strides 8, 16, 32 over an input of " + width + "×"
                            + height + "; is this another family of detectors? See --task");
        }
        return grids;
    }

    /** Returns the grid of a single output by the number of its cells. */
    static Cells requireSingle(int cells, int width, int height, ModelOutput output) {
        for (int stride = 4; stride <= 128; stride *= 2) {
            Cells grid = of(stride, width, height);
            if (grid.count() == cells) {
                return grid;
            }
        }
        throw new IllegalArgumentException(
                "the output " + output + " has no grid of a stride from 4 to 128 over an input of " + width + "×"
                        + height + "; is this another family of detectors? See --task");
    }
}
