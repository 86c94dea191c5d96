package dev.octavo.kernels.machine.x86.assembler;

import org.jspecify.annotations.Nullable;

/**
 * A vector register, with a write mask when it is the destination of a predicated instruction.
 *
 * @param width which view of the register
 * @param number 0 to 31; 16 and above only exist in EVEX encodings
 * @param mask write mask, {@link Mask#K0} for none
 * @param zeroing whether masked-off elements become zero instead of keeping their value
 */
public record VectorRegister(VectorWidth width, int number, Mask mask, boolean zeroing) implements Operand {
    private static final int COUNT = 32;
    private static final VectorRegister[][] UNMASKED = unmasked();

    public VectorRegister {
        check(number);
        if (zeroing && mask == Mask.K0) {
            throw new IllegalArgumentException("zeroing needs a mask other than k0");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VectorRegister register
                && width == register.width
                && number == register.number
                && mask == register.mask
                && zeroing == register.zeroing;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width.hashCode() + number) + mask.hashCode();
    }

    private static VectorRegister[][] unmasked() {
        VectorRegister[][] registers = new VectorRegister[VectorWidth.values().length][COUNT];
        for (VectorWidth width : VectorWidth.values()) {
            for (int number = 0; number < COUNT; number++) {
                registers[width.code()][number] = new VectorRegister(width, number, Mask.K0, false);
            }
        }
        return registers;
    }

    public static VectorRegister of(VectorWidth width, int number) {
        check(number);
        return UNMASKED[width.code()][number];
    }

    private static void check(int number) {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("there is no vector register " + number);
        }
    }

    public static VectorRegister xmm(int number) {
        return of(VectorWidth.XMM, number);
    }

    public static VectorRegister ymm(int number) {
        return of(VectorWidth.YMM, number);
    }

    public static VectorRegister zmm(int number) {
        return of(VectorWidth.ZMM, number);
    }

    /** Returns this register at another width. */
    public VectorRegister as(VectorWidth other) {
        return new VectorRegister(other, number, mask, zeroing);
    }

    /** As a destination of which only the elements in {@code mask} are written. */
    public VectorRegister masked(Mask mask) {
        return new VectorRegister(width, number, mask, false);
    }

    /** As a destination of which the elements outside of {@code mask} become zero. */
    public VectorRegister zeroedOutside(Mask mask) {
        return new VectorRegister(width, number, mask, true);
    }
}
