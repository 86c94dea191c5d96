package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.x86.assembler.VectorRegister;

/** Emits the sums of a tile of pixels × channels. */
interface TileSums {
    /** Returns the register of a pixel's sums. */
    VectorRegister accumulator(int pixel, int vector);

    /** Emits biases, and all products but those of {@link #finish}. */
    void begin();

    /** Emits the last products of one or two pixels; keeps the first temporary register. */
    void finish(int first, int count);
}
