package dev.octavo.kernels.machine.x86.assembler;

/**
 * How much memory an instruction touches, relative to its vector length. It scales the 8-bit displacement of an EVEX
 * encoding (Intel SDM vol. 2A, 2.7.5 "Compressed Displacement (disp8*N)"), and gives the width of the register that may stand
 * in place of the memory operand.
 */
enum TupleType {
    /** A whole vector of 32-bit elements, or one of them broadcast. */
    FULL_32,
    /** A whole vector of 64-bit elements, or one of them broadcast. */
    FULL_64,
    /** A whole vector, no broadcast. */
    FULL_MEMORY,
    HALF_MEMORY,
    QUARTER_MEMORY,
    SCALAR_8,
    SCALAR_32,
    SCALAR_64,
    QUADWORD_PAIR,
    QUADWORD_QUAD;

    boolean broadcasts() {
        return this == FULL_32 || this == FULL_64;
    }

    /** Bytes of memory for a vector of {@code vectorBytes}. */
    int bytes(int vectorBytes, boolean broadcast) {
        return switch (this) {
            case FULL_32 -> broadcast ? 4 : vectorBytes;
            case FULL_64 -> broadcast ? 8 : vectorBytes;
            case FULL_MEMORY -> vectorBytes;
            case HALF_MEMORY -> vectorBytes / 2;
            case QUARTER_MEMORY -> vectorBytes / 4;
            case SCALAR_8 -> 1;
            case SCALAR_32 -> 4;
            case SCALAR_64 -> 8;
            case QUADWORD_PAIR -> 16;
            case QUADWORD_QUAD -> 32;
        };
    }
}
