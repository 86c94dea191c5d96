package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPERMD;

import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ChannelOrder;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;

/**
 * Bytes of a block in {@link ChannelOrder#INTERLEAVED} order, in one 256-bit vector: either lane holds four of each accumulator. Of
 * fewer than four accumulators, they must be brought side by side.
 */
final class Lanes {
    private static final int ELEMENTS = 8;
    private static final int ELEMENTS_OF_LANE = 4;

    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;

    Lanes(Assembler code, Simd simd, ConstantPool pool) {
        this.code = code;
        this.simd = simd;
        this.pool = pool;
    }

    /** Loads a block's bytes, to either lane its own. */
    void load(ChannelBlock block, VectorRegister destination, Memory source) {
        if (block.vectors() == ChannelBlock.FULL) {
            simd.load(destination, source);
            return;
        }
        byte[] indices = new byte[64];
        for (int element = 0; element < ELEMENTS; element++) {
            int vector = Math.min(element % ELEMENTS_OF_LANE, block.vectors() - 1);
            indices[Integer.BYTES * element] = (byte) (element / ELEMENTS_OF_LANE * block.vectors() + vector);
        }
        simd.load(destination, pool.bytes(indices));
        code.emit(VPERMD, destination, destination, source);
    }

    /** Brings a block's bytes side by side; clobbers {@code temporary}. */
    void join(ChannelBlock block, VectorRegister bytes, VectorRegister temporary) {
        if (block.vectors() == ChannelBlock.FULL) {
            return;
        }
        byte[] indices = new byte[64];
        for (int element = 0; element < 2 * block.vectors(); element++) {
            indices[Integer.BYTES * element] =
                    (byte) (element / block.vectors() * ELEMENTS_OF_LANE + element % block.vectors());
        }
        simd.load(temporary, pool.bytes(indices));
        code.emit(VPERMD, bytes, temporary, bytes);
    }
}
