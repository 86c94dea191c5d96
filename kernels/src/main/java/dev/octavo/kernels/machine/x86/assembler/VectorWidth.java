package dev.octavo.kernels.machine.x86.assembler;

/** Size of a vector register. */
public enum VectorWidth {
    XMM(16, 0),
    YMM(32, 1),
    ZMM(64, 2);

    private final int bytes;
    private final int code;

    VectorWidth(int bytes, int code) {
        this.bytes = bytes;
        this.code = code;
    }

    /** The length field of VEX and EVEX prefixes. */
    public int code() {
        return code;
    }

    public int bytes() {
        return bytes;
    }

    /** The narrowest register that holds {@code bytes}; never less than an XMM register. */
    public static VectorWidth holding(int bytes) {
        return bytes <= 16 ? XMM : bytes <= 32 ? YMM : ZMM;
    }
}
