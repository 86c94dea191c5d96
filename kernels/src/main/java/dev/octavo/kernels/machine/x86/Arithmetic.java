package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction;

/** How 32 bits of input and as many of weights add to a 32-bit accumulator: a step of a {@link ConvolutionTile}. */
enum Arithmetic {
    /** One product, fused with the addition. */
    FLOATS(VectorInstruction.VFMADD231PS, 4),
    /** Four products of bytes, unsigned by signed. */
    DOT_PRODUCTS(VectorInstruction.VPDPBUSD, 4);

    private final VectorInstruction product;
    private final int lastSteps;

    Arithmetic(VectorInstruction product, int lastSteps) {
        this.product = product;
        this.lastSteps = lastSteps;
    }

    /** Returns the arithmetic for inputs of a type, where there is a dot product of bytes. */
    static Arithmetic of(ElementType input) {
        return input == ElementType.FLOAT32 ? FLOATS : DOT_PRODUCTS;
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
