package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/** Stores of vectors, whole or in part. Loads need no such care: kernels may read beyond a tensor. */
final class Tails {
    /** Whether a masked store is one instruction for every type. */
    private static final boolean MASKED = Species.bits() == 512;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);

    private Tails() {}

    /**
     * Stores the first {@code count} lanes.
     *
     * @param scratch room for one vector
     */
    static void store(FloatVector vector, int count, MemorySegment memory, long offset, long scratch) {
        if (MASKED) {
            vector.intoMemorySegment(memory, offset, ORDER, FLOATS.indexInRange(0, count));
        } else {
            vector.intoMemorySegment(memory, scratch, ORDER);
            for (long i = 0; i < (long) count * Float.BYTES; i += Float.BYTES) {
                memory.set(INT, offset + i, memory.get(INT, scratch + i));
            }
        }
    }

    /**
     * Stores the first {@code count} of the first {@link Species#LANES} bytes.
     *
     * @param scratch room for one vector
     */
    static void store(ByteVector vector, int count, MemorySegment memory, long offset, long scratch) {
        if (count >= LANES) {
            if (NARROW_BYTES.length() == LANES) {
                vector.intoMemorySegment(memory, offset, ORDER);
            } else {
                memory.set(INT, offset, vector.reinterpretAsInts().lane(0));
            }
        } else if (MASKED) {
            vector.intoMemorySegment(memory, offset, ORDER, NARROW_BYTES.indexInRange(0, count));
        } else {
            vector.intoMemorySegment(memory, scratch, ORDER);
            for (int i = 0; i < count; i++) {
                memory.set(ValueLayout.JAVA_BYTE, offset + i, memory.get(ValueLayout.JAVA_BYTE, scratch + i));
            }
        }
    }
}
