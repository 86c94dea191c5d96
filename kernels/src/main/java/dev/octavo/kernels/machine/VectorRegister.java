package dev.octavo.kernels.machine;

/**
 * A vector register, with a write mask when it is the destination of a predicated instruction.
 *
 * @param width which view of the register
 * @param number 0 to 31; 16 and above only exist in EVEX encodings
 * @param mask write mask, {@link Mask#K0} for none
 * @param zeroing whether masked-off elements become zero instead of keeping their value
 */
record VectorRegister(VectorWidth width, int number, Mask mask, boolean zeroing) implements Operand {
    VectorRegister {
        if (number < 0 || number > 31) {
            throw new IllegalArgumentException("there is no vector register " + number);
        }
        if (zeroing && mask == Mask.K0) {
            throw new IllegalArgumentException("zeroing needs a mask other than k0");
        }
    }

    static VectorRegister of(VectorWidth width, int number) {
        return new VectorRegister(width, number, Mask.K0, false);
    }

    static VectorRegister xmm(int number) {
        return of(VectorWidth.XMM, number);
    }

    static VectorRegister ymm(int number) {
        return of(VectorWidth.YMM, number);
    }

    static VectorRegister zmm(int number) {
        return of(VectorWidth.ZMM, number);
    }

    /** The same register seen at another width. */
    VectorRegister as(VectorWidth other) {
        return new VectorRegister(other, number, mask, zeroing);
    }

    /** As a destination of which only the elements in {@code mask} are written. */
    VectorRegister masked(Mask mask) {
        return new VectorRegister(width, number, mask, false);
    }

    /** As a destination of which the elements outside of {@code mask} become zero. */
    VectorRegister zeroedOutside(Mask mask) {
        return new VectorRegister(width, number, mask, true);
    }
}
