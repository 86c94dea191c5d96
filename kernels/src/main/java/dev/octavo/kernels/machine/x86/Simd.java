package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VEXTRACTI128;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQA;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQA32;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU32;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU32_STORE;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU8_STORE;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU_STORE;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVD_STORE;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVQ_STORE;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPBROADCASTD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPEXTRB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSHUFD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPXOR;

import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Mask;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;

/** What kernels say in the same words at every vector width: moves, partial stores, sign changes. */
final class Simd {
    /** Holds which bytes, or 32-bit elements, a partial store writes; set by {@link #storeMask}. */
    private static final Mask STORE_MASK = Mask.K1;

    private final Assembler code;
    private final InstructionSet set;
    private final VectorWidth width;

    Simd(Assembler code, InstructionSet set) {
        this(code, set, set.width());
    }

    /** Vectors narrower than an instruction set offers. */
    Simd(Assembler code, InstructionSet set, VectorWidth width) {
        this.code = code;
        this.set = set;
        this.width = width;
    }

    boolean wide() {
        return set == InstructionSet.AVX512_VNNI;
    }

    /** Bytes of a vector. */
    int bytes() {
        return width.bytes();
    }

    VectorRegister register(int number) {
        return VectorRegister.of(width, number);
    }

    void load(VectorRegister destination, Memory source) {
        code.emit(wide() ? VMOVDQU32 : VMOVDQU, destination, source);
    }

    void store(Memory destination, VectorRegister source) {
        code.emit(wide() ? VMOVDQU32_STORE : VMOVDQU_STORE, destination, source);
    }

    void copy(VectorRegister destination, VectorRegister source) {
        code.emit(wide() ? VMOVDQA32 : VMOVDQA, destination, source);
    }

    void zero(VectorRegister register) {
        code.emit(VPXOR, register, register, register);
    }

    /** Bytes with their highest bits flipped: x + 128 for signed x. */
    void loadFlipped(VectorRegister destination, Memory source, VectorRegister highBits) {
        code.emit(VPXOR, destination, highBits, source);
    }

    /** Four bytes repeated, each with its highest bit flipped: x + 128 for signed x. */
    void broadcastFlipped(VectorRegister destination, Memory source, VectorRegister highBits) {
        if (wide()) {
            code.emit(VPXOR, destination, highBits, source.broadcasting());
        } else {
            code.emit(VPBROADCASTD, destination, source);
            code.emit(VPXOR, destination, destination, highBits);
        }
    }

    /** Makes later partial stores write {@code elements} bytes or 32-bit elements; clobbers {@code temporary}. */
    void storeMask(int elements, Gpr temporary) {
        if (wide()) {
            code.mov(temporary, elements == 64 ? -1L : (1L << elements) - 1);
            code.kmovq(STORE_MASK, temporary);
        }
    }

    /**
     * Stores the first {@code count} bytes of a vector; clobbers {@code source} and {@code temporary} below AVX-512, and
     * needs a {@link #storeMask} of {@code count} bytes there.
     */
    void storeBytes(Memory destination, VectorRegister source, int count, VectorRegister temporary) {
        if (count == bytes()) {
            store(destination, source);
        } else if (wide()) {
            code.emit(VMOVDQU8_STORE, destination.masked(STORE_MASK), source);
        } else {
            storePieces(destination, source, count, temporary);
        }
    }

    /** Stores half a vector of bytes, all of it or what {@link #storeMask} was told; AVX-512 only. */
    void storeHalf(Memory destination, VectorRegister source, boolean full) {
        code.emit(full ? VMOVDQU32_STORE : VMOVDQU8_STORE, full ? destination : destination.masked(STORE_MASK), source);
    }

    /** Stores the first {@code count} 32-bit elements, as {@link #storeBytes}. */
    void storeInts(Memory destination, VectorRegister source, int count, VectorRegister temporary) {
        if (count == bytes() / Integer.BYTES) {
            store(destination, source);
        } else if (wide()) {
            code.emit(VMOVDQU32_STORE, destination.masked(STORE_MASK), source);
        } else {
            storePieces(destination, source, count * Integer.BYTES, temporary);
        }
    }

    /** A narrowing store of one vector of 32-bit elements to {@code count} bytes; AVX-512 only. */
    void storeNarrowed(VectorInstruction narrowing, Memory destination, VectorRegister source, int count) {
        code.emit(narrowing, count == bytes() / Integer.BYTES ? destination : destination.masked(STORE_MASK), source);
    }

    private void storePieces(Memory destination, VectorRegister source, int count, VectorRegister temporary) {
        VectorRegister rest = source.as(VectorWidth.XMM);
        int done = 0;
        if (count >= 16) {
            code.emit(VMOVDQU_STORE, destination, rest);
            done = 16;
            if (count > done) {
                code.emit(VEXTRACTI128, temporary.as(VectorWidth.XMM), source, 1);
                rest = temporary.as(VectorWidth.XMM);
            }
        }
        if (count - done >= 8) {
            code.emit(VMOVQ_STORE, destination.plus(done), rest);
            code.emit(VPSHUFD, rest, rest, 0b1110);
            done += 8;
        }
        if (count - done >= 4) {
            code.emit(VMOVD_STORE, destination.plus(done), rest);
            code.emit(VPSHUFD, rest, rest, 0b01);
            done += 4;
        }
        for (int i = 0; done + i < count; i++) {
            code.emit(VPEXTRB, destination.plus(done + i), rest, i);
        }
    }
}
