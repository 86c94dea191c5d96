package dev.octavo.kernels.scalar;

import dev.octavo.kernels.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads and writes single elements. */
final class Elements {
    static final ValueLayout.OfByte INT8 = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfFloat FLOAT32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Elements() {}

    static int quantized(MemorySegment memory, ElementType type, long offset) {
        byte bits = memory.get(INT8, offset);
        return type == ElementType.UINT8 ? Byte.toUnsignedInt(bits) : bits;
    }

    static void putQuantized(MemorySegment memory, long offset, int value) {
        memory.set(INT8, offset, (byte) value);
    }

    static float real(MemorySegment memory, long offset) {
        return memory.get(FLOAT32, offset);
    }

    static void putReal(MemorySegment memory, long offset, float value) {
        memory.set(FLOAT32, offset, value);
    }
}
