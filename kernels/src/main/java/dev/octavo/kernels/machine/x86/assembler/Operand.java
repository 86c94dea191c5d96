package dev.octavo.kernels.machine.x86.assembler;

/** What the ModRM byte of a vector instruction can name. */
public sealed interface Operand permits VectorRegister, Memory {
    /** Write mask if this is a destination, {@link Mask#K0} for none. */
    Mask mask();
}
