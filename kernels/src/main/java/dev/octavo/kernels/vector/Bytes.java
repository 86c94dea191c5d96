package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.ElementType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Conversion of bytes to wider lanes: with their sign, and then a mask that takes it away again where there is none. */
final class Bytes {
    private Bytes() {}

    /** The bits of an element among those of an int that was widened with its sign. */
    static int mask(ElementType type) {
        return type == ElementType.UINT8 ? 0xFF : -1;
    }

    /** Writes as floats as many whole vectors of bytes as cover {@code count} elements. */
    static void widen(MemorySegment source, long from, int mask, int count, MemorySegment target, long to) {
        IntVector bits = IntVector.broadcast(INTS, mask);
        for (int i = 0; i < count; i += Species.LANES) {
            ByteVector bytes = ByteVector.fromMemorySegment(NARROW_BYTES, source, from + i, ORDER);
            IntVector ints = (IntVector) bytes.convertShape(VectorOperators.B2I, INTS, 0);
            ints.and(bits)
                    .convertShape(VectorOperators.I2F, FLOATS, 0)
                    .intoMemorySegment(target, to + (long) i * Float.BYTES, ORDER);
        }
    }
}
