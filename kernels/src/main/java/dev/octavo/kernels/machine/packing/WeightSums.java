package dev.octavo.kernels.machine.packing;

import dev.octavo.kernels.ElementType;
import java.lang.foreign.Arena;
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
    /**
     * Sums rows.
     *
     * @param weights native int8 [outputs][row]
     * @param input type of the inputs
     */
    static WeightSums of(MemorySegment weights, int outputs, ElementType input, WeightLoops loops) {
        int[] positive = new int[outputs];
        int[] negative = new int[outputs];
        int row = Math.toIntExact(weights.byteSize() / outputs);
        int summed = row / WeightLoops.SUMMED_BYTES * WeightLoops.SUMMED_BYTES;
        if (summed > 0) {
            int[] sums = new int[2 * outputs];
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment results = arena.allocate(ValueLayout.JAVA_INT, sums.length);
                loops.sum(weights, outputs, row, summed, results);
                MemorySegment.copy(results, ValueLayout.JAVA_INT, 0, sums, 0, sums.length);
            }
            for (int o = 0; o < outputs; o++) {
                positive[o] = sums[2 * o + 1];
                negative[o] = sums[2 * o] - sums[2 * o + 1];
            }
        }
        byte[] tail = new byte[row - summed];
        for (int o = 0; o < outputs && tail.length > 0; o++) {
            MemorySegment.copy(weights, ValueLayout.JAVA_BYTE, (long) o * row + summed, tail, 0, tail.length);
            for (byte weight : tail) {
                positive[o] += Math.max(0, weight);
                negative[o] += Math.min(0, weight);
            }
        }
        return new WeightSums(positive, negative, input == ElementType.INT8);
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
