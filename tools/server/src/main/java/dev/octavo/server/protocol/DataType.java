package dev.octavo.server.protocol;

import dev.octavo.kernels.ElementType;

/** The types of the protocol that models of this server take or give. */
public enum DataType {
    /** 32-bit float. */
    FP32(4),
    /** Unsigned byte. */
    UINT8(1),
    /** Signed byte. */
    INT8(1),
    /** A sequence of byte strings, such as encoded pictures. */
    BYTES(0);

    private final int bytes;

    DataType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the bytes of one element; 0 if they vary. */
    public int bytes() {
        return bytes;
    }

    /** Returns the type of a model's elements. */
    public static DataType of(ElementType type) {
        return switch (type) {
            case FLOAT32 -> FP32;
            case UINT8 -> UINT8;
            case INT8 -> INT8;
        };
    }

    /** Returns the type of tensors; {@link #BYTES} has none. */
    public ElementType element() {
        return switch (this) {
            case FP32 -> ElementType.FLOAT32;
            case UINT8 -> ElementType.UINT8;
            case INT8 -> ElementType.INT8;
            case BYTES -> throw new IllegalStateException("byte strings are no tensor");
        };
    }

    /**
     * Returns the type of a name in a request.
     *
     * @throws ProtocolException if it is none that models here take
     */
    public static DataType parse(String tensor, String name) {
        for (DataType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw ProtocolException.invalid("tensor '" + tensor + "': the datatype '" + Texts.shown(name)
                + "' is not one of FP32, UINT8, INT8 and BYTES");
    }
}
