package dev.octavo.kernels.vector;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring panels of one group of a convolution, for which the pixels of a block are converted once.
 *
 * @param firstPanel index of the first panel
 * @param endPanel index after the last one
 * @param group of the convolution
 * @param firstChannel of the output
 * @param channels how many
 * @param width channels filled to whole vectors
 */
record ColumnGroup(int firstPanel, int endPanel, int group, int firstChannel, int channels, int width) {
    /** Enough for the conversion of pixels to cost a few per cent; few enough for layers of one pixel to be divided. */
    static final int MOST_WIDTH = 256;

    static List<ColumnGroup> of(List<Panel> panels) {
        List<ColumnGroup> groups = new ArrayList<>();
        int p = 0;
        while (p < panels.size()) {
            Panel first = panels.get(p);
            int end = p;
            int channels = 0;
            int width = 0;
            while (end < panels.size()
                    && panels.get(end).group() == first.group()
                    && width + panels.get(end).width() <= MOST_WIDTH) {
                channels += panels.get(end).channels();
                width += panels.get(end).width();
                end++;
            }
            groups.add(new ColumnGroup(p, end, first.group(), first.firstChannel(), channels, width));
            p = end;
        }
        return groups;
    }
}
