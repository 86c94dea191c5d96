package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.x86.assembler.VectorWidth;

/** The levels that kernels are emitted for, in ascending order; each CPU that has one has those below. */
public enum InstructionSet {
    /** 256-bit integer SIMD and FMA; products of bytes are summed as words ({@link WordGroups}). */
    AVX2("avx2", VectorWidth.YMM, 16),
    /** AVX2 with the VEX-encoded dot product of bytes. */
    AVX_VNNI("avxvnni", VectorWidth.YMM, 16),
    /** 512-bit SIMD with F, BW, DQ, VL and the EVEX-encoded dot product of bytes. */
    AVX512_VNNI("avx512vnni", VectorWidth.ZMM, 32);

    private final String label;
    private final VectorWidth width;
    private final int registers;

    InstructionSet(String label, VectorWidth width, int registers) {
        this.label = label;
        this.width = width;
        this.registers = registers;
    }

    /** Returns the name in kernel names and in the property {@code octavo.isa}. */
    public String label() {
        return label;
    }

    /** Whether there is a dot product of four bytes. */
    boolean dotProducts() {
        return this != AVX2;
    }

    /** The vectors that kernels use. */
    VectorWidth width() {
        return width;
    }

    /** How many of them there are. */
    int registers() {
        return registers;
    }

    /**
     * Returns the instruction set of a label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static InstructionSet of(String label) {
        for (InstructionSet set : values()) {
            if (set.label.equals(label)) {
                return set;
            }
        }
        throw new IllegalArgumentException("octavo.isa=" + label + " is none of avx512vnni, avxvnni, avx2");
    }
}
