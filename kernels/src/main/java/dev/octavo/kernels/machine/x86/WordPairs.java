package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights for products of bytes that are summed in pairs as words. Such a sum stays exact for any input, 255 · (a + b) for
 * neighbours a and b, while {@code |a + b| <= 128}; so weights of 7 bits always fit, and most pairs of 8 bits do. A pair that
 * does not is divided into halves, which do: one stays in place, the other is multiplied in an additional step of its vector.
 *
 * <p>Behind the packed weights there is for every accumulator of the block: a count as int64 in a vector of its own, then that
 * many steps of two vectors: the weights, and two int64 that say where their four input bytes are: which run, times 8, and the
 * position in the run.
 */
final class WordPairs {
    /** Bytes of an additional step. */
    static final int STEP_BYTES = 2 * VectorWidth.YMM.bytes();

    /** Greatest magnitude of a pair's sum: 255 times more is still a word. */
    private static final int MOST = Short.MAX_VALUE / 255;

    private final short[] pairs;
    private final int pairsPerVector;
    private final ChannelBlock block;

    private WordPairs(short[] pairs, ChannelBlock block) {
        this.pairs = pairs;
        this.pairsPerVector = block.vectorBytes() / Short.BYTES;
        this.block = block;
    }

    /**
     * Divides the pairs that need it.
     *
     * @param packed vectors of a block's accumulators, step by step
     * @param steps of a run
     */
    static MemorySegment of(MemorySegment packed, int steps, ChannelBlock block, SegmentAllocator memory) {
        return new WordPairs(packed.toArray(ValueLayout.JAVA_SHORT), block).divide(steps, memory);
    }

    private MemorySegment divide(int steps, SegmentAllocator memory) {
        List<List<Integer>> divided = new ArrayList<>();
        long bytes = (long) pairs.length * Short.BYTES;
        for (int j = 0; j < block.vectors(); j++) {
            List<Integer> ofVector = new ArrayList<>();
            for (int at = j * pairsPerVector; at < pairs.length; at += block.vectors() * pairsPerVector) {
                if (exceeds(at)) {
                    ofVector.add(at);
                }
            }
            divided.add(ofVector);
            bytes += block.vectorBytes() + (long) STEP_BYTES * ofVector.size();
        }
        MemorySegment result = memory.allocate(bytes, STEP_BYTES);
        long end = (long) pairs.length * Short.BYTES;
        for (List<Integer> ofVector : divided) {
            result.set(ValueLayout.JAVA_LONG, end, ofVector.size());
            end += block.vectorBytes();
            for (int at : ofVector) {
                MemorySegment.copy(halves(at), 0, result, ValueLayout.JAVA_SHORT, end, pairsPerVector);
                int step = at / pairsPerVector / block.vectors();
                result.set(ValueLayout.JAVA_LONG, end + block.vectorBytes(), (long) step / steps * Long.BYTES);
                result.set(ValueLayout.JAVA_LONG, end + block.vectorBytes() + Long.BYTES, step % steps * 4L);
                end += STEP_BYTES;
            }
        }
        MemorySegment.copy(pairs, 0, result, ValueLayout.JAVA_SHORT, 0, pairs.length);
        return result;
    }

    private static boolean exceeds(short pair) {
        return Math.abs((byte) pair + (pair >> 8)) > MOST;
    }

    /** Whether some pair of the vector that begins at an index needs to be divided. */
    private boolean exceeds(int vector) {
        for (int i = vector; i < vector + pairsPerVector; i++) {
            if (exceeds(pairs[i])) {
                return true;
            }
        }
        return false;
    }

    /** Takes the greater halves out of a vector. */
    private short[] halves(int vector) {
        short[] taken = new short[pairsPerVector];
        for (int i = 0; i < pairsPerVector; i++) {
            short pair = pairs[vector + i];
            if (exceeds(pair)) {
                int low = (byte) pair / 2;
                int high = (pair >> 8) / 2;
                pairs[vector + i] = pair(low, high);
                taken[i] = pair((byte) pair - low, (pair >> 8) - high);
            }
        }
        return taken;
    }

    private static short pair(int low, int high) {
        return (short) (high << 8 | (low & 0xFF));
    }
}
