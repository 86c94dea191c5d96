package dev.octavo.kernels.vector;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring output channels of one group whose weights are packed together: for each element of the window, one weight
 * per channel, filled with zeros to whole vectors.
 *
 * @param group of the convolution
 * @param firstChannel of the output
 * @param channels how many
 * @param vectors that hold as many floats or more, at most {@link FloatTile#MOST_VECTORS}
 */
record Panel(int group, int firstChannel, int channels, int vectors) {
    /** Panels of about equal width for the output channels of all groups. */
    static List<Panel> of(int groups, int channels) {
        int perGroup = channels / groups;
        int vectors = (perGroup + Species.LANES - 1) / Species.LANES;
        int count = (vectors + FloatTile.MOST_VECTORS - 1) / FloatTile.MOST_VECTORS;
        List<Panel> panels = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            int vector = 0;
            for (int p = 0; p < count; p++) {
                int width = (vectors - vector) / (count - p);
                int first = vector * Species.LANES;
                int own = Math.min(width * Species.LANES, perGroup - first);
                panels.add(new Panel(group, group * perGroup + first, own, width));
                vector += width;
            }
        }
        return panels;
    }

    /** Where each panel begins if it has {@code rows} rows, in elements, and where the last one ends. */
    static long[] offsets(List<Panel> panels, int rows) {
        long[] offsets = new long[panels.size() + 1];
        for (int p = 0; p < panels.size(); p++) {
            offsets[p + 1] = offsets[p] + (long) rows * panels.get(p).width();
        }
        return offsets;
    }

    /** Elements in a row of the panel. */
    int width() {
        return vectors * Species.LANES;
    }
}
