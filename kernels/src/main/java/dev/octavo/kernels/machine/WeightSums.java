package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sums of the weights of each output channel.
 *
 * @param positive sums of the weights above zero
 * @param negative sums of those below
 * @param signed whether inputs are int8
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and private to the packing
record WeightSums(int[] positive, int[] negative, boolean signed) {
    static WeightSums of(Convolution spec) {
        int outputs = spec.output().channels();
        int[] positive = new int[outputs];
        int[] negative = new int[outputs];
        byte[] row = new byte[Math.toIntExact(spec.weights().byteSize() / outputs)];
        for (int o = 0; o < outputs; o++) {
            MemorySegment.copy(spec.weights(), ValueLayout.JAVA_BYTE, (long) o * row.length, row, 0, row.length);
            int sum = 0;
            int absolute = 0;
            for (byte weight : row) {
                sum += weight;
                absolute += Math.abs(weight);
            }
            positive[o] = (absolute + sum) / 2;
            negative[o] = (sum - absolute) / 2;
        }
        return new WeightSums(positive, negative, spec.input().type() == ElementType.INT8);
    }

    int sum(int channel) {
        return positive[channel] + negative[channel];
    }

    /** The least accumulator that any input can cause. */
    long least(int channel, int bias) {
        long up = positive[channel];
        long down = negative[channel];
        long least = bias + (signed ? -128 * up + 127 * down : 255 * down);
        long greatest = bias + (signed ? -128 * down + 127 * up : 255 * up);
        boolean wraps = least < Integer.MIN_VALUE || greatest > Integer.MAX_VALUE;
        return wraps ? Integer.MIN_VALUE : least;
    }
}
