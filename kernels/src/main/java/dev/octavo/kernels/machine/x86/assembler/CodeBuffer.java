package dev.octavo.kernels.machine.x86.assembler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Growing machine code with jumps that are resolved when the code is taken out. */
final class CodeBuffer {
    private record Fixup(int position, Label target) {}

    private byte[] bytes = new byte[1024];
    private int size;
    private final List<Fixup> fixups = new ArrayList<>();

    int size() {
        return size;
    }

    void int8(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) value;
    }

    void int32(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            int8(value >> shift);
        }
    }

    void int64(long value) {
        int32((int) value);
        int32((int) (value >> 32));
    }

    void bind(Label label) {
        label.bindTo(size);
    }

    /** Four bytes that will hold the distance from their end to {@code target}. */
    void relative32(Label target) {
        fixups.add(new Fixup(size, target));
        int32(0);
    }

    /** The code with all jumps resolved; refuses jumps to labels that were not bound. */
    byte[] toByteArray() {
        byte[] code = Arrays.copyOf(bytes, size);
        for (Fixup fixup : fixups) {
            int distance = fixup.target.position() - (fixup.position + 4);
            for (int i = 0; i < 4; i++) {
                code[fixup.position + i] = (byte) (distance >> (8 * i));
            }
        }
        return code;
    }
}
