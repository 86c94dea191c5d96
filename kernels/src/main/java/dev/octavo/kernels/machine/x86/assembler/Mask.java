package dev.octavo.kernels.machine.x86.assembler;

/** The AVX-512 mask registers. {@code K0} means "no mask" wherever an instruction can be predicated. */
public enum Mask {
    K0(0),
    K1(1),
    K2(2),
    K3(3),
    K4(4),
    K5(5),
    K6(6),
    K7(7);

    private final int number;

    Mask(int number) {
        this.number = number;
    }

    /** The number in an encoding. */
    public int number() {
        return number;
    }
}
