package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Conversions of {@link Species#LANES} bytes to and from wider lanes. */
final class Bytes {
    private Bytes() {}

    static IntVector ints(MemorySegment memory, long offset, boolean unsigned) {
        ByteVector bytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, offset, ORDER);
        return (IntVector)
                (unsigned
                        ? bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0)
                        : bytes.convertShape(VectorOperators.B2I, INTS, 0));
    }

    static FloatVector floats(MemorySegment memory, long offset, boolean unsigned) {
        return (FloatVector) ints(memory, offset, unsigned).convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    /** The low byte of each lane. */
    static ByteVector narrow(IntVector vector) {
        return (ByteVector) vector.convertShape(VectorOperators.I2B, NARROW_BYTES, 0);
    }

    /** Widens as many whole vectors of bytes as cover {@code count} elements. */
    static void widen(MemorySegment source, long from, boolean unsigned, int count, MemorySegment target, long to) {
        for (int i = 0; i < count; i += Species.LANES) {
            floats(source, from + i, unsigned).intoMemorySegment(target, to + (long) i * Float.BYTES, ORDER);
        }
    }
}
