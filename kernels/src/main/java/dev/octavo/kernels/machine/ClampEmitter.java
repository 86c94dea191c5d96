package dev.octavo.kernels.machine;

import static dev.octavo.kernels.machine.VectorInstruction.VADDPS;
import static dev.octavo.kernels.machine.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.VectorInstruction.VMINPS;

import dev.octavo.kernels.FloatConvolution;

/**
 * From sums of floats to stored floats: residual, upper and lower bound.
 *
 * <p>{@code vminps} and {@code vmaxps} give their second source if the first does not compare as less, or greater: a NaN there
 * passes, as {@link Math#min} wants it, and so does a zero of either sign. That is wrong for a bound of the greater zero
 * below, which an addition of that zero sets right, and for one of the lesser zero above, which is refused.
 */
final class ClampEmitter implements TileEpilogue {
    /** Bounds, and whether there is a residual. */
    record Form(float low, float high, boolean residual) implements TileEpilogue.Form {
        static Form of(FloatConvolution spec) {
            return new Form(spec.low(), spec.high(), spec.residual() != null);
        }

        @Override
        public TileEpilogue emitter(KernelBuilder kernel, Simd simd, int temporaries) {
            return new ClampEmitter(this, kernel.code(), simd, kernel.pool(), temporaries);
        }

        @Override
        public boolean readsResidual() {
            return residual;
        }
    }

    private final Form form;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final VectorRegister low;
    private final VectorRegister temporary;

    private ClampEmitter(Form form, Assembler code, Simd simd, ConstantPool pool, int temporaries) {
        this.form = form;
        this.code = code;
        this.simd = simd;
        this.pool = pool;
        this.low = simd.register(temporaries);
        this.temporary = simd.register(temporaries + 1);
    }

    /** Whether the bounds of a convolution can be taken here. */
    static boolean supports(FloatConvolution spec) {
        return Float.floatToRawIntBits(spec.high()) != Integer.MIN_VALUE;
    }

    @Override
    public void begin() {
        if (bounded()) {
            simd.load(low, pool.repeatedFloat(form.low));
        }
    }

    private boolean bounded() {
        return form.low != Float.NEGATIVE_INFINITY;
    }

    @Override
    public void emit(
            ChannelBlock block, VectorRegister[] accumulators, Memory constants, Memory output, Memory residual) {
        for (int j = 0; form.residual && j < accumulators.length; j++) {
            code.emit(VADDPS, accumulators[j], accumulators[j], residual.plus((long) j * simd.bytes()));
        }
        if (form.high != Float.POSITIVE_INFINITY) {
            simd.load(temporary, pool.repeatedFloat(form.high));
            for (VectorRegister accumulator : accumulators) {
                code.emit(VMINPS, accumulator, temporary, accumulator);
            }
        }
        for (int j = 0; j < accumulators.length; j++) {
            VectorRegister accumulator = accumulators[j];
            if (bounded()) {
                code.emit(VMAXPS, accumulator, low, accumulator);
                if (Float.floatToRawIntBits(form.low) == 0) {
                    code.emit(VADDPS, accumulator, accumulator, low);
                }
            }
            simd.storeInts(output.plus((long) j * simd.bytes()), accumulator, block.elements(j), temporary);
        }
    }
}
