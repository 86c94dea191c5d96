package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.FloatConvolution;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The last part of a float convolution: residual, clamp and store. */
final class FloatOutput {
    private final float low;
    private final float high;
    private final boolean residual;

    FloatOutput(FloatConvolution spec) {
        this.low = spec.low();
        this.high = spec.high();
        this.residual = spec.residual() != null;
    }

    /**
     * Finishes one pixel, or neighbouring channels of it.
     *
     * @param sums offset of as many sums; whole vectors of them are overwritten
     * @param output offset of the first channel
     * @param added offset of the first channel of the residual, if there is one
     */
    void store(MemorySegment memory, long sums, int channels, long output, long added) {
        for (int c = 0; c < channels; c += LANES) {
            long bytes = (long) c * Float.BYTES;
            FloatVector sum = FloatVector.fromMemorySegment(FLOATS, memory, sums + bytes, ORDER);
            if (residual) {
                sum = sum.add(FloatVector.fromMemorySegment(FLOATS, memory, added + bytes, ORDER));
            }
            FloatVector clamped = sum.min(high).max(low);
            Tails.store(clamped, channels - c, memory, output + bytes, sums + bytes);
        }
    }
}
