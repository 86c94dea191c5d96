package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VEXTRACTI64X4;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VFMADD132PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPERMT2Q;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXSD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMINSD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVSDB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVUSDB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVZXBD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSHUFB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSLLD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSRAD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSUBD;

import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ChannelOrder;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.Operand;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From int32 accumulators to stored bytes.
 *
 * <p>{@code fma((float) acc, M, 1.5·2^23)} rounds to nearest, ties to even, and leaves the integer in the low bits of the float:
 * an integer subtraction of the constant's bits takes it out. This holds while the result lies within ±2^22. Above, the bits
 * keep growing, and the saturating packs give the upper bound as they should. Below −2^22 they are clamped first, where a
 * kernel's weights allow such a sum at all.
 *
 * <p>A residual r is rounded as {@code 1.5·2^23 − 32 − r·M} and subtracted, so that the large constants cancel and 32 is added.
 * The sum v is packed to words, whose shift is {@code (v + 32) >> 6}.
 */
final class RequantizationEmitter implements TileEpilogue {
    /** Least result of the rounding that the magic constant represents. */
    static final double LEAST_EXACT = -0x1p22;

    private static final float MAGIC = 0x1.8p23f;

    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final Form form;
    private final ElementType type;
    private final @Nullable ElementType residual;
    private final VectorRegister magic;
    private final VectorRegister first;
    private final VectorRegister second;
    private final VectorRegister last;
    /** Constants that lie in registers besides, by where they came from. */
    private final Map<Memory, VectorRegister> resident = new HashMap<>();

    /**
     * What the code depends on.
     *
     * @param type of the output
     * @param low least result
     * @param bounded whether some upper bound is less than what saturation gives
     * @param floor whether results below {@link #LEAST_EXACT} can occur
     * @param residual its type; null for none
     */
    record Form(
            ElementType type,
            int low,
            boolean bounded,
            boolean floor,
            @Nullable ElementType residual) implements TileEpilogue.Form {
        static Form of(Requantization target, ElementType type, @Nullable Residual residual, boolean floor) {
            return new Form(
                    type,
                    target.low(),
                    bounded(target, type),
                    floor,
                    residual == null ? null : residual.view().type());
        }

        @Override
        public RequantizationEmitter emitter(KernelBuilder kernel, Simd simd, int temporaries) {
            return new RequantizationEmitter(kernel.code(), simd, kernel.pool(), this, temporaries);
        }

        @Override
        public boolean readsResidual() {
            return residual != null;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Form form
                    && type == form.type
                    && low == form.low
                    && bounded == form.bounded
                    && floor == form.floor
                    && residual == form.residual;
        }

        @Override
        public int hashCode() {
            return 31 * type.hashCode() + low;
        }

        private static boolean bounded(Requantization target, ElementType type) {
            int most = type == ElementType.INT8 ? 127 : 255;
            for (int high : target.high()) {
                if (high < most) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * @param temporaries number of the first of four registers that are free
     */
    RequantizationEmitter(Assembler code, Simd simd, ConstantPool pool, Form form, int temporaries) {
        this.code = code;
        this.simd = simd;
        this.pool = pool;
        this.form = form;
        this.type = form.type;
        this.residual = form.residual;
        this.magic = simd.register(temporaries);
        this.first = simd.register(temporaries + 1);
        this.second = simd.register(temporaries + 2);
        this.last = simd.register(temporaries + 3);
    }

    @Override
    public void begin() {
        resident.clear();
        simd.load(magic, pool.repeatedFloat(MAGIC));
    }

    @Override
    public void keep(ChannelBlock block, Memory constants, List<VectorRegister> free) {
        List<Memory> wanted = new ArrayList<>();
        if (residual != null) {
            wanted.add(residualMultiplier(block, constants));
            for (int quad = 0; quad < block.vectors() && block.order() == ChannelOrder.INTERLEAVED; quad++) {
                wanted.add(elements(quad, residual));
            }
        }
        for (int j = 0; j < block.vectors(); j++) {
            wanted.add(constants.plus((long) (block.vectors() + j) * simd.bytes()));
        }
        wanted.removeAll(resident.keySet());
        for (int i = 0; i < Math.min(wanted.size(), free.size()); i++) {
            simd.load(free.get(i), wanted.get(i));
            resident.put(wanted.get(i), free.get(i));
        }
    }

    /** A constant's register, or else where it lies in memory. */
    private Operand constant(Memory at) {
        VectorRegister register = resident.get(at);
        return register == null ? at : register;
    }

    @Override
    public void emit(
            ChannelBlock block, VectorRegister[] accumulators, Memory constants, Memory output, Memory residualAt) {
        long section = (long) block.vectors() * simd.bytes();
        round(accumulators, constants.plus(section));
        if (residual == null) {
            subtractMagic(accumulators);
        } else {
            addResidual(block, accumulators, residual, residualAt, residualMultiplier(block, constants));
        }
        switch (block.order()) {
            case INTERLEAVED -> packAndStore(block, accumulators, constants.plus(3 * section), output);
            case NATURAL -> narrowAndStore(block, accumulators, constants.plus(2 * section), output);
            case PAIRED -> throw new IllegalArgumentException("pixels of this block are stored in pairs");
        }
    }

    /**
     * Requantizes and stores two pixels of a block in {@link ChannelOrder#PAIRED} order, or one that is given twice.
     */
    void emitPair(
            ChannelBlock block,
            List<VectorRegister[]> accumulators,
            Memory constants,
            List<Memory> outputs,
            List<Memory> residuals) {
        long section = (long) block.vectors() * simd.bytes();
        boolean single = outputs.getFirst().equals(outputs.getLast());
        VectorRegister[] values = new VectorRegister[2 * block.vectors()];
        for (int p = 0; p < 2; p++) {
            System.arraycopy(accumulators.get(p), 0, values, p * block.vectors(), block.vectors());
            if (p == 0 || !single) {
                round(accumulators.get(p), constants.plus(section));
                if (residual == null) {
                    subtractMagic(accumulators.get(p));
                }
            }
        }
        if (residual != null) {
            simd.load(second.as(VectorWidth.YMM), residuals.getFirst());
            simd.load(last, pool.bytes(quadwords(0, 8, 1, 9, 2, 10, 3, 11)));
            code.emit(VPERMT2Q, second, last, residuals.getLast());
            simd.load(last, residualMagic());
            for (int i = 0; i < (single ? block.vectors() : values.length); i++) {
                subtractRounded(values[i], residual, i, residualMultiplier(block, constants));
            }
        }
        if (single) {
            values[2] = first;
            values[3] = second;
            simd.copy(first, values[0]);
            simd.copy(second, values[1]);
        }
        ByteStore bytes = new ByteStore(code, pool, type);
        bytes.pack(values, residual != null);
        VectorRegister packed = values[0];
        simd.load(last, pool.bytes(quadwords(0, 2, 4, 6, 1, 3, 5, 7)));
        code.emit(VPERMT2Q, packed, last, packed);
        bytes.atLeast(packed, form.low);
        if (form.bounded) {
            bytes.atMost(packed, constants.plus(3 * section));
        }
        storePair(block, packed, outputs, single);
    }

    private void storePair(ChannelBlock block, VectorRegister packed, List<Memory> outputs, boolean single) {
        int half = packed.width().bytes() / 2;
        boolean full = block.channels() == half;
        if (full && !single && outputs.getLast().equals(outputs.getFirst().plus(half))) {
            simd.store(outputs.getFirst(), packed);
            return;
        }
        simd.storeHalf(outputs.getFirst(), packed.as(VectorWidth.YMM), full);
        if (!single) {
            code.emit(VEXTRACTI64X4, first.as(VectorWidth.YMM), packed, 1);
            simd.storeHalf(outputs.getLast(), first.as(VectorWidth.YMM), full);
        }
    }

    private void round(VectorRegister[] accumulators, Memory multipliers) {
        for (int j = 0; j < accumulators.length; j++) {
            VectorRegister accumulator = accumulators[j];
            code.emit(VCVTDQ2PS, accumulator, accumulator);
            code.emit(VFMADD132PS, accumulator, magic, constant(multipliers.plus((long) j * simd.bytes())));
            if (form.floor) {
                code.emit(VMAXPS, accumulator, accumulator, pool.repeatedFloat((float) (MAGIC + LEAST_EXACT)));
            }
        }
    }

    private void subtractMagic(VectorRegister[] accumulators) {
        for (VectorRegister accumulator : accumulators) {
            code.emit(VPSUBD, accumulator, accumulator, magic);
        }
    }

    /** What residuals are multiplied by, as {@link X86Weights#residualScale} has it. */
    private Memory residualMultiplier(ChannelBlock block, Memory constants) {
        return constants.plus((3L * block.vectors() + 1) * simd.bytes());
    }

    private void addResidual(
            ChannelBlock block,
            VectorRegister[] accumulators,
            ElementType residualType,
            Memory residualAt,
            Memory multiplier) {
        simd.load(last, residualMagic());
        if (block.order() == ChannelOrder.INTERLEAVED) {
            new Lanes(code, simd, pool).load(block, second, residualAt);
            for (int j = 0; j < block.vectors(); j++) {
                subtractRounded(accumulators[j], residualType, j, multiplier);
            }
            return;
        }
        for (int j = 0; j < block.vectors(); j++) {
            code.emit(VPMOVZXBD, first, residualAt.plus((long) j * simd.bytes() / 4));
            if (residualType == ElementType.INT8) {
                code.emit(VPSLLD, first, first, 24);
            }
            subtractRounded(accumulators[j], multiplier);
            code.emit(VPSRAD, accumulators[j], accumulators[j], FixedPointMultiplier.GUARD_BITS);
        }
    }

    /** Takes the rounded residual from an accumulator; its bytes are four of each lane of {@code second}, from 4 · quad on. */
    private void subtractRounded(VectorRegister accumulator, ElementType residualType, int quad, Memory multiplier) {
        code.emit(VPSHUFB, first, second, constant(elements(quad, residualType)));
        subtractRounded(accumulator, multiplier);
    }

    /** Rounds with the residual as int32 in {@code first}; {@code last} holds {@link #residualMagic}. */
    private void subtractRounded(VectorRegister accumulator, Memory multiplier) {
        code.emit(VCVTDQ2PS, first, first);
        code.emit(VFMADD132PS, first, last, constant(multiplier));
        code.emit(VPSUBD, accumulator, accumulator, first);
    }

    private Memory elements(int quad, ElementType residualType) {
        return pool.bytes(ByteStore.elementsOf(quad, residualType == ElementType.INT8));
    }

    private Memory residualMagic() {
        return pool.repeatedFloat(MAGIC - ByteStore.GUARD_HALF);
    }

    /** Indices for {@code vpermt2q}. */
    private static byte[] quadwords(int... indices) {
        byte[] bytes = new byte[64];
        for (int i = 0; i < indices.length; i++) {
            bytes[8 * i] = (byte) indices[i];
        }
        return bytes;
    }

    private void packAndStore(ChannelBlock block, VectorRegister[] a, Memory bounds, Memory output) {
        ByteStore bytes = new ByteStore(code, pool, type);
        bytes.pack(a, residual != null);
        new Lanes(code, simd, pool).join(block, a[0], first);
        bytes.atLeast(a[0], form.low);
        if (form.bounded) {
            bytes.atMost(a[0], bounds);
        }
        simd.storeBytes(output, a[0], block.channels(), first);
    }

    private void narrowAndStore(ChannelBlock block, VectorRegister[] accumulators, Memory bounds, Memory output) {
        int elements = simd.bytes() / Integer.BYTES;
        for (int j = 0; j < block.vectors(); j++) {
            VectorRegister accumulator = accumulators[j];
            code.emit(VPMAXSD, accumulator, accumulator, pool.repeatedInt(form.low));
            if (form.bounded) {
                code.emit(VPMINSD, accumulator, accumulator, bounds.plus((long) j * simd.bytes()));
            }
            simd.storeNarrowed(
                    type == ElementType.INT8 ? VPMOVSDB : VPMOVUSDB,
                    output.plus((long) j * elements),
                    accumulator,
                    Math.min(elements, block.channels() - j * elements));
        }
    }
}
