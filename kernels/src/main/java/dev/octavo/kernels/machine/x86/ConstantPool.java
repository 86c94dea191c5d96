package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Vectors that emitted code reads relative to one base register. Each constant fills a 64-byte slot, so that every
 * instruction can take it whole.
 */
final class ConstantPool {
    private static final int SLOT_BYTES = 64;
    private static final int SLOTS = 48;

    private final MemorySegment memory;
    private final Gpr base;
    private final byte[][] vectors = new byte[SLOTS][];
    private int slots;

    /**
     * @param arena must outlive the code
     * @param base register that will hold {@link #address} whenever the code reads a constant
     */
    ConstantPool(Arena arena, Gpr base) {
        this.memory = arena.allocate((long) SLOT_BYTES * SLOTS, SLOT_BYTES);
        this.base = base;
    }

    long address() {
        return memory.address();
    }

    /** 64 bytes as given. */
    Memory bytes(byte[] values) {
        for (int slot = 0; slot < slots; slot++) {
            if (Arrays.equals(vectors[slot], values)) {
                return Memory.at(base, (long) slot * SLOT_BYTES);
            }
        }
        if (slots == SLOTS) {
            throw new IllegalStateException("more than " + SLOTS + " constants in a kernel");
        }
        vectors[slots] = values.clone();
        MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_BYTE, (long) slots * SLOT_BYTES, SLOT_BYTES);
        return Memory.at(base, (long) slots++ * SLOT_BYTES);
    }

    /** One byte in all places. */
    Memory repeatedByte(int value) {
        byte[] values = new byte[SLOT_BYTES];
        Arrays.fill(values, (byte) value);
        return bytes(values);
    }

    /** One 32-bit value in all places. */
    Memory repeatedInt(int value) {
        byte[] values = new byte[SLOT_BYTES];
        for (int i = 0; i < SLOT_BYTES; i++) {
            values[i] = (byte) (value >> (i * Byte.SIZE));
        }
        return bytes(values);
    }

    Memory repeatedFloat(float value) {
        return repeatedInt(Float.floatToRawIntBits(value));
    }
}
