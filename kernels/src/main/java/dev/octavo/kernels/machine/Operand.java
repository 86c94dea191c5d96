package dev.octavo.kernels.machine;

/** What the ModRM byte of a vector instruction can name. */
sealed interface Operand permits VectorRegister, Memory {
    /** Write mask if this is a destination, {@link Mask#K0} for none. */
    Mask mask();
}
