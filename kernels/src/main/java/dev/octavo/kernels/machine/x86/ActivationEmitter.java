package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VADDPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VCVTPS2DQ;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VFMADD213PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VFMADD231PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMINPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMULPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPERMD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPERMT2Q;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVSDB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVUSDB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVZXBD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSHUFB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSLLD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VSUBPS;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.PiecewisePolynomial;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ChannelOrder;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;
import org.jspecify.annotations.Nullable;

/**
 * From int32 accumulators to bytes, as {@link Activation} says. The eight coefficients of a power fill one vector of 256 bits, of
 * which a permutation takes those of each element's segment: its index is the low end of the argument's float once 1.5·2^23 is
 * added, of which the permutation reads three bits, or four where the coefficients are there twice.
 */
final class ActivationEmitter implements TileEpilogue {
    private static final float MAGIC = 0x1.8p23f;

    /**
     * What the code depends on.
     *
     * @param residual type of the residual; null for none
     * @param residualMultiplier what the float of a residual, or of a signed byte · 2^24, is multiplied by
     */
    record Form(
            PiecewisePolynomial curve,
            boolean gated,
            float origin,
            float offset,
            int low,
            int high,
            ElementType type,
            @Nullable ElementType residual,
            float residualMultiplier)
            implements TileEpilogue.Form {
        static Form of(Activation activation, Convolution spec) {
            Residual added = spec.residual();
            ElementType type = added == null ? null : added.view().type();
            return new Form(
                    activation.curve(),
                    activation.gated(),
                    activation.origin(),
                    activation.offset(),
                    activation.low(),
                    activation.high(),
                    spec.output().type(),
                    type,
                    added == null ? 0 : Math.scalb(added.multiplier().value(), type == ElementType.INT8 ? -24 : 0));
        }

        @Override
        public TileEpilogue emitter(KernelBuilder kernel, Simd simd, int temporaries) {
            return new ActivationEmitter(this, kernel.code(), simd, kernel.pool(), temporaries);
        }

        @Override
        public boolean readsResidual() {
            return residual != null;
        }
    }

    private final Form form;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final VectorRegister rest;
    private final VectorRegister segment;
    private final VectorRegister value;
    private final VectorRegister coefficient;

    /**
     * @param temporaries number of the first of four registers that are free
     */
    private ActivationEmitter(Form form, Assembler code, Simd simd, ConstantPool pool, int temporaries) {
        this.form = form;
        this.code = code;
        this.simd = simd;
        this.pool = pool;
        this.rest = simd.register(temporaries);
        this.segment = simd.register(temporaries + 1);
        this.value = simd.register(temporaries + 2);
        this.coefficient = simd.register(temporaries + 3);
    }

    @Override
    public void begin() {}

    @Override
    public void emit(
            ChannelBlock block, VectorRegister[] accumulators, Memory constants, Memory output, Memory residual) {
        long section = (long) block.vectors() * simd.bytes();
        for (int j = 0; j < accumulators.length; j++) {
            long at = (long) j * simd.bytes();
            VectorRegister accumulator = accumulators[j];
            code.emit(VCVTDQ2PS, accumulator, accumulator);
            locate(accumulator, constants.plus(section + at));
            evaluate();
            if (form.gated) {
                code.emit(VMULPS, accumulator, accumulator, constants.plus(2 * section + at));
            } else {
                simd.load(accumulator, constants.plus(2 * section + at));
            }
            code.emit(VFMADD213PS, accumulator, value, pool.repeatedFloat(form.offset));
            if (form.residual != null) {
                widen(block, j, form.residual, residual);
                code.emit(VFMADD231PS, accumulator, rest, pool.repeatedFloat(form.residualMultiplier));
            }
            code.emit(VMAXPS, accumulator, accumulator, pool.repeatedFloat(form.low));
            code.emit(VMINPS, accumulator, accumulator, pool.repeatedFloat(form.high));
            code.emit(VCVTPS2DQ, accumulator, accumulator);
        }
        store(block, accumulators, output);
    }

    /** Leaves the segment of an argument in the low bits of {@link #segment}, and how far it is from its middle in {@link #rest}. */
    private void locate(VectorRegister accumulator, Memory steps) {
        simd.load(rest, steps);
        code.emit(VFMADD213PS, rest, accumulator, pool.repeatedFloat(form.origin));
        code.emit(VMAXPS, rest, rest, pool.repeatedFloat(PiecewisePolynomial.LEAST));
        code.emit(VMINPS, rest, rest, pool.repeatedFloat(PiecewisePolynomial.GREATEST));
        Memory magic = pool.repeatedFloat(MAGIC);
        code.emit(VADDPS, segment, rest, magic);
        code.emit(VSUBPS, value, segment, magic);
        code.emit(VSUBPS, rest, rest, value);
    }

    /** Leaves the curve in {@link #value}. */
    private void evaluate() {
        int degree = form.curve.degree();
        code.emit(VPERMD, value.as(wide()), segment.as(wide()), coefficients(degree));
        for (int power = degree - 1; power >= 0; power--) {
            code.emit(VPERMD, coefficient.as(wide()), segment.as(wide()), coefficients(power));
            code.emit(VFMADD213PS, value, rest, coefficient);
        }
    }

    /** There is no permutation across 128 bits: those vectors are permuted together with what lies above them. */
    private VectorWidth wide() {
        return simd.bytes() < VectorWidth.YMM.bytes() ? VectorWidth.YMM : VectorWidth.holding(simd.bytes());
    }

    private Memory coefficients(int power) {
        float[] values = form.curve.coefficients(power);
        byte[] bytes = new byte[VectorWidth.ZMM.bytes()];
        for (int i = 0; i < bytes.length; i++) {
            int bits = Float.floatToRawIntBits(values[i / Float.BYTES % values.length]);
            bytes[i] = (byte) (bits >> (i % Float.BYTES * Byte.SIZE));
        }
        return pool.bytes(bytes);
    }

    /** Leaves the residual's elements of an accumulator in {@link #rest}, as floats; signed ones are scaled by 2^24. */
    private void widen(ChannelBlock block, int vector, ElementType type, Memory residual) {
        if (block.order() == ChannelOrder.NATURAL) {
            code.emit(VPMOVZXBD, rest, residual.plus((long) vector * simd.bytes() / Integer.BYTES));
            if (type == ElementType.INT8) {
                code.emit(VPSLLD, rest, rest, 24);
            }
        } else {
            if (block.order() == ChannelOrder.PAIRED) {
                simd.load(value.as(VectorWidth.YMM), residual);
                simd.load(coefficient, pool.bytes(quadwords(0, 0, 1, 1, 2, 2, 3, 3)));
                code.emit(VPERMT2Q, value, coefficient, value);
            } else {
                new Lanes(code, simd, pool).load(block, value, residual);
            }
            code.emit(VPSHUFB, rest, value, pool.bytes(ByteStore.elementsOf(vector, type == ElementType.INT8)));
        }
        code.emit(VCVTDQ2PS, rest, rest);
    }

    private void store(ChannelBlock block, VectorRegister[] values, Memory output) {
        switch (block.order()) {
            case INTERLEAVED -> {
                new ByteStore(code, pool, form.type).pack(values, false);
                new Lanes(code, simd, pool).join(block, values[0], rest);
                simd.storeBytes(output, values[0], block.channels(), rest);
            }
            case NATURAL -> {
                int elements = simd.bytes() / Integer.BYTES;
                for (int j = 0; j < values.length; j++) {
                    simd.storeNarrowed(
                            form.type == ElementType.INT8 ? VPMOVSDB : VPMOVUSDB,
                            output.plus((long) j * elements),
                            values[j],
                            block.elements(j));
                }
            }
            case PAIRED -> {
                simd.copy(rest, values[0]);
                simd.copy(segment, values[1]);
                new ByteStore(code, pool, form.type)
                        .pack(new VectorRegister[] {values[0], values[1], rest, segment}, false);
                simd.load(coefficient, pool.bytes(quadwords(0, 2, 4, 6, 1, 3, 5, 7)));
                code.emit(VPERMT2Q, values[0], coefficient, values[0]);
                boolean full = block.channels() == values[0].width().bytes() / 2;
                simd.storeHalf(output, values[0].as(VectorWidth.YMM), full);
            }
        }
    }

    /** Indices for {@code vpermt2q}. */
    private static byte[] quadwords(int... indices) {
        byte[] bytes = new byte[VectorWidth.ZMM.bytes()];
        for (int i = 0; i < indices.length; i++) {
            bytes[Long.BYTES * i] = (byte) indices[i];
        }
        return bytes;
    }
}
