package dev.octavo.kernels.vector;

import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes of this JVM. Property {@code octavo.vector.bits} (128, 256 or 512) overrides the preferred width, for
 * tests; a width that the CPU lacks is extremely slow.
 */
final class Species {
    /** Widest shape: one register. */
    static final VectorShape SHAPE = shape();

    static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, SHAPE);

    /** As many bytes as there are floats in {@link #FLOATS}; twice as many at 128 bits, where no shape is so small. */
    static final VectorSpecies<Byte> NARROW_BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, SHAPE.vectorBitSize() / 4)));

    /** Floats in a vector. */
    static final int LANES = FLOATS.length();

    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private Species() {}

    private static VectorShape shape() {
        Integer bits = Integer.getInteger("octavo.vector.bits");
        return bits == null ? VectorShape.preferredShape() : VectorShape.forBitSize(bits);
    }

    /** Bits in a register. */
    static int bits() {
        return SHAPE.vectorBitSize();
    }
}
