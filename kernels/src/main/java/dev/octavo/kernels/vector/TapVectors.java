package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.PackingCache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;

/**
 * The weights of a depthwise convolution as floats: for each vector of channels one vector of biases, if there are any, and
 * then one per tap.
 *
 * @param weights [channels][taps]
 * @param type of the weights
 * @param bias of each channel, or of none
 */
record TapVectors(MemorySegment weights, ElementType type, FloatBuffer bias, int channels, int taps)
        implements PackingCache.Form<MemorySegment> {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

    @Override
    public MemorySegment pack(SegmentAllocator memory) {
        long bytes = FLOATS.vectorByteSize();
        int biases = bias.hasRemaining() ? 1 : 0;
        long channelBytes = bytes * (biases + taps);
        MemorySegment packed = memory.allocate((channels + LANES - 1) / LANES * channelBytes, 64);
        for (int c = 0; c < channels; c++) {
            long vector = c / LANES * channelBytes + (long) (c % LANES) * Float.BYTES;
            if (biases > 0) {
                packed.set(FLOAT, vector, bias.get(c));
            }
            for (int t = 0; t < taps; t++) {
                packed.set(FLOAT, vector + (biases + t) * bytes, weight((long) c * taps + t));
            }
        }
        return packed;
    }

    private float weight(long index) {
        return type == ElementType.FLOAT32
                ? weights.get(FLOAT, index * Float.BYTES)
                : weights.get(ValueLayout.JAVA_BYTE, index);
    }
}
