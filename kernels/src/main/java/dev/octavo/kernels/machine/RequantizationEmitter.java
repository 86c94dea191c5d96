package dev.octavo.kernels.machine;

import static dev.octavo.kernels.machine.VectorInstruction.VCVTDQ2PS;
import static dev.octavo.kernels.machine.VectorInstruction.VFMADD132PS;
import static dev.octavo.kernels.machine.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.VectorInstruction.VPADDD;
import static dev.octavo.kernels.machine.VectorInstruction.VPMAXSD;
import static dev.octavo.kernels.machine.VectorInstruction.VPMINSD;
import static dev.octavo.kernels.machine.VectorInstruction.VPMOVSDB;
import static dev.octavo.kernels.machine.VectorInstruction.VPMOVUSDB;
import static dev.octavo.kernels.machine.VectorInstruction.VPMOVZXBD;
import static dev.octavo.kernels.machine.VectorInstruction.VPSHUFB;
import static dev.octavo.kernels.machine.VectorInstruction.VPSLLD;
import static dev.octavo.kernels.machine.VectorInstruction.VPSRAD;
import static dev.octavo.kernels.machine.VectorInstruction.VPSUBD;

import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Requantization;
import org.jspecify.annotations.Nullable;

/**
 * From int32 accumulators to stored bytes.
 *
 * <p>{@code fma((float) acc, M, 1.5·2^23)} rounds to nearest, ties to even, and leaves the integer in the low bits of the float:
 * an integer subtraction of the constant's bits takes it out. This holds while the result lies within ±2^22. Above, the bits
 * keep growing, and the saturating packs give the upper bound as they should. Below −2^22 they are clamped first, where a
 * kernel's weights allow such a sum at all.
 *
 * <p>A residual r is rounded as {@code 1.5·2^23 − r·M} and subtracted, so that the constants cancel. The sum is packed to words,
 * of which {@code vpmulhrsw} by 2^9 is {@code (v + 32) >> 6}.
 */
final class RequantizationEmitter {
    /** Least result of the rounding that the magic constant represents. */
    static final double LEAST_EXACT = -0x1p22;

    private static final float MAGIC = 0x1.8p23f;
    private static final int HALF = 1 << (FixedPointMultiplier.GUARD_BITS - 1);

    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final Requantization requantization;
    private final ElementType type;
    private final @Nullable Residual residual;
    private final boolean floor;
    private final VectorRegister magic;
    private final VectorRegister first;
    private final VectorRegister second;

    /**
     * @param floor whether results below {@link #LEAST_EXACT} can occur
     * @param temporaries number of the first of three registers that are free
     */
    RequantizationEmitter(
            Assembler code,
            Simd simd,
            ConstantPool pool,
            Requantization requantization,
            ElementType type,
            @Nullable Residual residual,
            boolean floor,
            int temporaries) {
        this.code = code;
        this.simd = simd;
        this.pool = pool;
        this.requantization = requantization;
        this.type = type;
        this.residual = residual;
        this.floor = floor;
        this.magic = simd.register(temporaries);
        this.first = simd.register(temporaries + 1);
        this.second = simd.register(temporaries + 2);
    }

    /** Loads what {@link #emit} keeps in registers. */
    void begin() {
        simd.load(magic, pool.repeatedFloat(MAGIC));
    }

    /**
     * Requantizes and stores one pixel; clobbers the accumulators.
     *
     * @param constants biases, multipliers and bounds as {@link PackedConvolution} lays them out
     */
    void emit(ChannelBlock block, VectorRegister[] accumulators, Memory constants, Memory output, Memory residualAt) {
        long section = (long) block.vectors() * simd.bytes();
        for (int j = 0; j < block.vectors(); j++) {
            VectorRegister accumulator = accumulators[j];
            code.emit(VCVTDQ2PS, accumulator, accumulator);
            code.emit(VFMADD132PS, accumulator, magic, constants.plus(section + (long) j * simd.bytes()));
            if (floor) {
                code.emit(VMAXPS, accumulator, accumulator, pool.repeatedFloat((float) (MAGIC + LEAST_EXACT)));
            }
        }
        if (residual == null) {
            for (int j = 0; j < block.vectors(); j++) {
                code.emit(VPSUBD, accumulators[j], accumulators[j], magic);
            }
        } else {
            addResidual(block, accumulators, residual, residualAt);
        }
        switch (block.order()) {
            case INTERLEAVED -> packAndStore(block, accumulators, constants.plus(3 * section), output);
            case NATURAL -> narrowAndStore(block, accumulators, constants.plus(2 * section), output);
        }
    }

    private void addResidual(ChannelBlock block, VectorRegister[] accumulators, Residual term, Memory residualAt) {
        boolean signed = term.view().type() == ElementType.INT8;
        // A signed byte is taken as byte · 2^24, which is exact in single precision, and so is the multiplier over
        // 2^24.
        int scaleBits = FixedPointMultiplier.GUARD_BITS - (signed ? 24 : 0);
        Memory multiplier = pool.repeatedFloat(-Math.scalb(term.multiplier().value(), scaleBits));
        boolean interleaved = block.order() == ChannelOrder.INTERLEAVED;
        if (interleaved) {
            simd.load(second, residualAt);
        }
        for (int j = 0; j < block.vectors(); j++) {
            VectorRegister accumulator = accumulators[j];
            if (interleaved) {
                code.emit(VPSHUFB, first, second, pool.bytes(ByteStore.elementsOf(j, signed)));
            } else {
                code.emit(VPMOVZXBD, first, residualAt.plus((long) j * simd.bytes() / 4));
                if (signed) {
                    code.emit(VPSLLD, first, first, 24);
                }
            }
            code.emit(VCVTDQ2PS, first, first);
            code.emit(VFMADD132PS, first, magic, multiplier);
            code.emit(VPSUBD, accumulator, accumulator, first);
            if (!interleaved) {
                code.emit(VPADDD, accumulator, accumulator, pool.repeatedInt(HALF));
                code.emit(VPSRAD, accumulator, accumulator, FixedPointMultiplier.GUARD_BITS);
            }
        }
    }

    private void packAndStore(ChannelBlock block, VectorRegister[] a, Memory bounds, Memory output) {
        ByteStore bytes = new ByteStore(code, pool, type);
        bytes.pack(a, residual != null);
        bytes.atLeast(a[0], requantization.low());
        if (bounded()) {
            bytes.atMost(a[0], bounds);
        }
        simd.storeBytes(output, a[0], block.channels(), a[1]);
    }

    private void narrowAndStore(ChannelBlock block, VectorRegister[] accumulators, Memory bounds, Memory output) {
        int elements = simd.bytes() / Integer.BYTES;
        for (int j = 0; j < block.vectors(); j++) {
            VectorRegister accumulator = accumulators[j];
            code.emit(VPMAXSD, accumulator, accumulator, pool.repeatedInt(requantization.low()));
            if (bounded()) {
                code.emit(VPMINSD, accumulator, accumulator, bounds.plus((long) j * simd.bytes()));
            }
            simd.storeNarrowed(
                    type == ElementType.INT8 ? VPMOVSDB : VPMOVUSDB,
                    output.plus((long) j * elements),
                    accumulator,
                    Math.min(elements, block.channels() - j * elements));
        }
    }

    /** Whether some upper bound is less than what saturation gives. */
    private boolean bounded() {
        int most = type == ElementType.INT8 ? 127 : 255;
        for (int high : requantization.high()) {
            if (high < most) {
                return true;
            }
        }
        return false;
    }
}
