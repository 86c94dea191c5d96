package dev.octavo.kernels.vector;

import dev.octavo.kernels.PackingCache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The weights of a {@link dev.octavo.kernels.FloatConvolution}, panel by panel: a row of biases, then a row of floats per
 * element of the window.
 *
 * @param weights float [channels][depth]
 * @param bias of each channel
 * @param depth elements of the window
 */
record BiasedRows(MemorySegment weights, FloatBuffer bias, List<Panel> panels, int depth)
        implements PackingCache.Form<MemorySegment> {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(Species.ORDER);

    @Override
    public MemorySegment pack(SegmentAllocator memory) {
        long[] offsets = Panel.offsets(panels, 1 + depth);
        MemorySegment packed = memory.allocate(offsets[panels.size()] * Float.BYTES, 64);
        for (int p = 0; p < panels.size(); p++) {
            Panel panel = panels.get(p);
            long first = offsets[p] * Float.BYTES;
            for (int c = 0; c < panel.channels(); c++) {
                int channel = panel.firstChannel() + c;
                packed.set(FLOAT, first + (long) c * Float.BYTES, bias.get(channel));
                for (int k = 0; k < depth; k++) {
                    float weight = weights.get(FLOAT, ((long) channel * depth + k) * Float.BYTES);
                    packed.set(FLOAT, first + ((k + 1L) * panel.width() + c) * Float.BYTES, weight);
                }
            }
        }
        return packed;
    }
}
