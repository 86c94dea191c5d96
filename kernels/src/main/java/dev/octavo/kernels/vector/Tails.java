package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stores of a part of a vector: the whole vector goes to scratch memory, and its part is copied from there. Loads need no
 * such care, since kernels may read beyond a tensor.
 *
 * <p>Vectors are neither passed nor returned here: C2 boxes those that cross a call which it does not inline.
 */
final class Tails {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);

    private Tails() {}

    /** Whether a vector of {@link Species#NARROW_BYTES} may be stored where {@code left} bytes are left of a row. */
    static boolean wholeBytes(int left) {
        return NARROW_BYTES.length() == LANES && left >= LANES;
    }

    /** Copies the first {@code left} of {@link Species#LANES} bytes, or all. */
    static void copyBytes(MemorySegment memory, long scratch, long target, int left) {
        copy(memory, scratch, target, Math.min(left, LANES));
    }

    /** Copies the first {@code left} floats. */
    static void copyFloats(MemorySegment memory, long scratch, long target, int left) {
        copy(memory, scratch, target, (long) left * Float.BYTES);
    }

    static void copy(MemorySegment memory, long scratch, long target, long bytes) {
        long i = 0;
        for (; i <= bytes - Integer.BYTES; i += Integer.BYTES) {
            memory.set(INT, target + i, memory.get(INT, scratch + i));
        }
        for (; i < bytes; i++) {
            memory.set(ValueLayout.JAVA_BYTE, target + i, memory.get(ValueLayout.JAVA_BYTE, scratch + i));
        }
    }
}
