package dev.octavo.kernels;

/** How one element of a tensor is stored; all multi-byte elements are little-endian. */
public enum ElementType {
    /** Signed byte; quantized tensors that can be negative use [−127, 127], or [−128, 127] where a model trained elsewhere does. */
    INT8(1),
    /** Unsigned byte; quantized tensors that cannot be negative, and pictures, use [0, 255]. */
    UINT8(1),
    /** IEEE 754 single precision. */
    FLOAT32(4);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns whether elements are quantized integers, one byte each. */
    public boolean quantized() {
        return bytes == 1;
    }
}
