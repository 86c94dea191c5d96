package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.LANES;

import dev.octavo.kernels.PackingCache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The weights of a {@link dev.octavo.kernels.Convolution}, panel by panel: a row of bytes per element of the window.
 *
 * @param weights int8 [channels][depth]
 * @param depth elements of the window
 */
record ByteRows(MemorySegment weights, List<Panel> panels, int depth) implements PackingCache.Form<MemorySegment> {
    @Override
    public MemorySegment pack(SegmentAllocator memory) {
        long[] offsets = Panel.offsets(panels, depth);
        // A vector more, because rows are read in whole vectors.
        MemorySegment packed = memory.allocate(offsets[panels.size()] + LANES, 64);
        for (int p = 0; p < panels.size(); p++) {
            Panel panel = panels.get(p);
            for (int c = 0; c < panel.channels(); c++) {
                long source = (long) (panel.firstChannel() + c) * depth;
                for (int k = 0; k < depth; k++) {
                    byte weight = weights.get(ValueLayout.JAVA_BYTE, source + k);
                    packed.set(ValueLayout.JAVA_BYTE, offsets[p] + (long) k * panel.width() + c, weight);
                }
            }
        }
        return packed;
    }
}
