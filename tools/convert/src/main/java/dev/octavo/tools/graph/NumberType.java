package dev.octavo.tools.graph;

/**
 * Element types of the tensors that a source format states. A graph computes in single precision; the type of a value
 * tells which numbers it holds, so that integers divide, convert and overflow as the source defines it.
 */
public enum NumberType {
    /** IEEE 754 single precision. */
    FLOAT(32, true, true),
    /** IEEE 754 double precision; computed in single precision. */
    DOUBLE(64, true, true),
    /** IEEE 754 half precision; computed in single precision. */
    FLOAT16(16, true, true),
    /** The upper half of a single-precision float; computed in single precision. */
    BFLOAT16(16, true, true),
    /** Signed byte. */
    INT8(8, false, true),
    /** Unsigned byte. */
    UINT8(8, false, false),
    /** Signed 16-bit integer. */
    INT16(16, false, true),
    /** Unsigned 16-bit integer. */
    UINT16(16, false, false),
    /** Signed 32-bit integer; exact up to 2^24 where it is computed. */
    INT32(32, false, true),
    /** Unsigned 32-bit integer; exact up to 2^24 where it is computed. */
    UINT32(32, false, false),
    /** Signed 64-bit integer; exact up to 2^24 where it is computed. */
    INT64(64, false, true),
    /** Unsigned 64-bit integer; exact up to 2^24 where it is computed. */
    UINT64(64, false, false),
    /** Truth value, 0 or 1. */
    BOOL(1, false, false);

    private final int bits;
    private final boolean real;
    private final boolean signed;

    NumberType(int bits, boolean real, boolean signed) {
        this.bits = bits;
        this.real = real;
        this.signed = signed;
    }

    /** Returns the number of bits of an element. */
    public int bits() {
        return bits;
    }

    /** Tells whether elements are floating-point numbers. */
    public boolean isReal() {
        return real;
    }

    /** Tells whether elements are integers that can be negative. */
    public boolean isSigned() {
        return signed;
    }

    /** Tells whether elements are bytes, in which quantized tensors are stored. */
    public boolean isByte() {
        return this == INT8 || this == UINT8;
    }

    /** Tells whether a computed value of this type, held as a float, has to be reduced to the type's range by arithmetic. */
    public boolean wrapsInFloat() {
        return !real && this != BOOL && bits <= 16;
    }

    /** Returns an integer modulo 2^bits, in the type's range; a truth value of what is not 0. */
    public long wrap(long value) {
        return switch (this) {
            case BOOL -> value != 0 ? 1 : 0;
            case INT8 -> (byte) value;
            case UINT8 -> Byte.toUnsignedLong((byte) value);
            case INT16 -> (short) value;
            case UINT16 -> Short.toUnsignedLong((short) value);
            case INT32 -> (int) value;
            case UINT32 -> Integer.toUnsignedLong((int) value);
            default -> value;
        };
    }

    /**
     * Returns the grid of all codes of a type of bytes, as numbers.
     *
     * @throws GraphException if the type is another
     */
    public Grid codes() {
        if (!isByte() && this != INT16 && this != UINT16) {
            throw new GraphException("its codes are of type " + this + "; only 8-bit and 16-bit codes are supported");
        }
        int low = signed ? -(1 << (bits - 1)) : 0;
        return Grid.ofCodes(low, low + (1 << bits) - 1);
    }
}
