package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction;

/** How 32 bits of input and as many of weights add to a 32-bit accumulator: a step of a {@link ConvolutionTile}. */
enum Arithmetic {
    /** One product, fused with the addition. */
    FLOATS(VectorInstruction.VFMADD231PS, 4),
    /** Four products of bytes, unsigned by signed. */
    DOT_PRODUCTS(VectorInstruction.VPDPBUSD, 4),
    /** The same as two sums of two products, which are words ({@link WordPairs}). */
    WORD_PAIRS(VectorInstruction.VPMADDUBSW, 0);

    private final VectorInstruction product;
    private final int lastSteps;

    Arithmetic(VectorInstruction product, int lastSteps) {
        this.product = product;
        this.lastSteps = lastSteps;
    }

    /** For inputs of a type. */
    static Arithmetic of(ElementType input, InstructionSet set) {
        return input == ElementType.FLOAT32 ? FLOATS : set.dotProducts() ? DOT_PRODUCTS : WORD_PAIRS;
    }

    /** Whether {@link #product} adds to the accumulator. */
    boolean accumulates() {
        return this != WORD_PAIRS;
    }

    /** Enough steps of one pair of pixels to hide what the epilogue does for the pair before. */
    int lastSteps() {
        return lastSteps;
    }

    /** Takes the inputs first and the weights second. */
    VectorInstruction product() {
        return product;
    }
}
