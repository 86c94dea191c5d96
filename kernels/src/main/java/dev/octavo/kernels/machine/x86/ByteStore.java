package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPACKSSDW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPACKSSWB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPACKUSWB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXSB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXUB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMINSB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMINUB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSRAW;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.machine.work.ChannelOrder;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;

/** From up to four vectors of int32 in {@link ChannelOrder#INTERLEAVED} order to one of bytes, saturated and clamped. */
final class ByteStore {
    /** Half of the unit that is left when the guard bits are dropped. */
    static final int GUARD_HALF = 1 << (FixedPointMultiplier.GUARD_BITS - 1);

    private final Assembler code;
    private final ConstantPool pool;
    private final ElementType type;

    ByteStore(Assembler code, ConstantPool pool, ElementType type) {
        this.code = code;
        this.pool = pool;
        this.type = type;
    }

    private boolean signed() {
        return type == ElementType.INT8;
    }

    /**
     * Packs into {@code values[0]}, whose lanes hold four bytes of each of the values; clobbers the others.
     *
     * @param guarded whether the values have guard bits, which are dropped; {@link #GUARD_HALF} is added already
     */
    void pack(VectorRegister[] values, boolean guarded) {
        for (int i = 0; i < values.length; i += 2) {
            code.emit(VPACKSSDW, values[i], values[i], values[Math.min(i + 1, values.length - 1)]);
            if (guarded) {
                code.emit(VPSRAW, values[i], values[i], FixedPointMultiplier.GUARD_BITS);
            }
        }
        code.emit(signed() ? VPACKSSWB : VPACKUSWB, values[0], values[0], values[values.length > 2 ? 2 : 0]);
    }

    /** Raises bytes to at least {@code low}, where saturation does not do so already. */
    void atLeast(VectorRegister bytes, int low) {
        if (signed() || low > 0) {
            code.emit(signed() ? VPMAXSB : VPMAXUB, bytes, bytes, pool.repeatedByte(low));
        }
    }

    /** Lowers bytes to at most {@code bounds}. */
    void atMost(VectorRegister bytes, Memory bounds) {
        code.emit(signed() ? VPMINSB : VPMINUB, bytes, bytes, bounds);
    }

    /** Lowers bytes to at most {@code high}, where saturation does not do so already. */
    void atMost(VectorRegister bytes, int high) {
        if (high < (signed() ? 127 : 255)) {
            atMost(bytes, pool.repeatedByte(high));
        }
    }

    /** Indices for {@code vpshufb}: bytes 4·j to 4·j + 3 of each lane to the low, or the high, ends of 32-bit elements. */
    static byte[] elementsOf(int j, boolean high) {
        byte[] indices = new byte[64];
        for (int i = 0; i < indices.length; i++) {
            int element = i % 16 / 4;
            boolean used = i % 4 == (high ? 3 : 0);
            indices[i] = (byte) (used ? 4 * j + element : 0x80);
        }
        return indices;
    }
}
