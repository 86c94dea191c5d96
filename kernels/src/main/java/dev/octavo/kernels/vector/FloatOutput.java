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
    private final boolean bounded;
    private final boolean relu;
    private final boolean residual;

    FloatOutput(FloatConvolution spec) {
        this.low = spec.low();
        this.high = spec.high();
        this.bounded = high != Float.POSITIVE_INFINITY;
        this.relu = Float.floatToRawIntBits(low) == 0;
        this.residual = spec.residual() != null;
    }

    /** Whether there is a second term. */
    boolean residual() {
        return residual;
    }

    /**
     * Finishes one pixel, or neighbouring channels of it.
     *
     * @param sums offset of as many sums; the first vector of them, which has been read by then, makes room for tails
     * @param output offset of the first channel
     * @param added offset of the first channel of the residual, if there is one
     */
    void store(MemorySegment memory, long sums, int channels, long output, long added) {
        for (int c = 0; c < channels; c += LANES) {
            long at = (long) c * Float.BYTES;
            boolean whole = channels - c >= LANES;
            FloatVector sum = FloatVector.fromMemorySegment(FLOATS, memory, sums + at, ORDER);
            if (residual) {
                sum = sum.add(FloatVector.fromMemorySegment(FLOATS, memory, added + at, ORDER));
            }
            if (bounded) {
                sum = sum.min(high);
            }
            // A comparison and a choice take a third of the instructions of max, but keep the sign of a zero; the sum
            // with zero takes it away.
            sum = relu ? sum.blend(0f, sum.lt(0f)).add(0f) : sum.max(low);
            sum.intoMemorySegment(memory, whole ? output + at : sums, ORDER);
            if (!whole) {
                Tails.copyFloats(memory, sums, output + at, channels - c);
            }
        }
    }
}
