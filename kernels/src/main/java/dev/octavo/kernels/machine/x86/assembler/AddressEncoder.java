package dev.octavo.kernels.machine.x86.assembler;

import org.jspecify.annotations.Nullable;

/** Writes ModRM, SIB and displacement, the part that all encodings share. */
final class AddressEncoder {
    private static final int SIB_FOLLOWS = 4;
    private static final int NO_INDEX = 4;

    private final CodeBuffer code;

    AddressEncoder(CodeBuffer code) {
        this.code = code;
    }

    /** Bit 3 of the index register's number, which lives in a prefix. */
    static int indexExtension(Operand operand) {
        if (operand instanceof Memory memory) {
            Gpr index = memory.index();
            return index == null ? 0 : index.number() >> 3;
        }
        return 0;
    }

    /** Bit 3 of the base register's or the register operand's number, which lives in a prefix. */
    static int baseExtension(Operand operand) {
        return operand instanceof Memory memory
                ? memory.base().number() >> 3
                : ((VectorRegister) operand).number() >> 3 & 1;
    }

    void register(int reg, int rm) {
        code.int8(0b11 << 6 | (reg & 7) << 3 | (rm & 7));
    }

    /**
     * @param unit what an 8-bit displacement is multiplied by: 1, or the memory size of an EVEX instruction
     */
    void memory(int reg, Memory memory, int unit) {
        int base = memory.base().number() & 7;
        // RBP and R13 without displacement would read as "no base": they take a zero displacement byte.
        int displacement = memory.displacement();
        int scaled = displacement / unit;
        boolean exact = scaled * unit == displacement;
        int mode = displacement == 0 && base != 5 ? 0 : exact && (byte) scaled == scaled ? 1 : 2;
        @Nullable Gpr index = memory.index();
        boolean sib = index != null || base == SIB_FOLLOWS;
        code.int8(mode << 6 | (reg & 7) << 3 | (sib ? SIB_FOLLOWS : base));
        if (sib) {
            int indexNumber = index == null ? NO_INDEX : index.number() & 7;
            code.int8(Integer.numberOfTrailingZeros(memory.scale()) << 6 | indexNumber << 3 | base);
        }
        if (mode == 1) {
            code.int8(scaled);
        } else if (mode == 2) {
            code.int32(displacement);
        }
    }
}
